"""A bank and its clients, like the client and server of P's tutorial."""

from __future__ import annotations

from typing import Annotated

from gtcheck.models import (
    Event,
    Machine,
    MachineSystem,
    Parameter,
    Ref,
    action,
    durable,
    guard,
    model,
    on,
)


class Withdraw(Event):
    amount: int


class Withdrawn(Event):
    left: int


class Bank(Machine):
    balance: int = durable(0)

    @on(Withdraw)
    def withdraw(self, request: Withdraw) -> None:
        self.balance = max(0, self.balance - request.amount)
        self.reply(Withdrawn(self.balance))


class Client(Machine):
    bank: Ref[Bank]
    waits: bool = durable(False)
    left: int = durable(1)

    @action
    def ask(self) -> None:
        guard(not self.waits)
        guard(self.left > 0)
        self.waits = True
        self.send(self.bank, Withdraw(self.choose((1, 2))))

    @on(Withdrawn)
    def hear(self, answer: Withdrawn) -> None:
        self.waits = False
        self.left = answer.left


@model("bank")
def bank(
    *,
    clients: Annotated[int, Parameter(1, 9, "clients")] = 2,
    money: Annotated[int, Parameter(1, 999, "what there is to withdraw")] = 70,
) -> MachineSystem:
    """Clients withdraw money, one request at a time each, until nothing is left."""
    system = MachineSystem("bank")
    keeper = Bank(name="bank", balance=money)
    system.add(keeper)
    for number in range(clients):
        system.add(Client(name=f"client-{number}", bank=Ref("bank")))

    @system.always
    def never_below_zero() -> bool:
        """The balance is never below zero."""
        return keeper.balance >= 0

    return system
