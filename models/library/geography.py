"""The regions and items that the protocols are modelled with, named as in the talk."""

REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "ap-northeast-1")
ITEMS = ("x", "y", "z")
