//! Random numbers that depend on nothing but what they are drawn for: `keys.py` in Rust.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The number of a stream at a counter, by SplitMix64; itself a stream for further draws.
#[inline]
pub fn draw(stream: u64, counter: u64) -> u64 {
    let word = stream.wrapping_add(counter.wrapping_add(1).wrapping_mul(GOLDEN));
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// The key of an outcome, by the labels of what it took at its branches.
pub fn outcome_key(stream: u64, branches: &[u64]) -> u64 {
    branches.iter().fold(draw(stream, 0), |key, &branch| draw(key, branch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        let first: Vec<u64> = (0..3).map(|counter| draw(1_234_567, counter)).collect();
        let known =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(first, known);
        assert_eq!(outcome_key(5, &[7]), draw(draw(5, 0), 7));
    }
}
