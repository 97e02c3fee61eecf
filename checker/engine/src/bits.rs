//! Rows of bits: small sets of numbers.

/// How many words hold so many bits.
pub fn words_for(bits: usize) -> usize {
    bits.div_ceil(64).max(1)
}

/// Whether a number is in a row.
#[inline]
pub fn has(row: &[u64], number: usize) -> bool {
    row[number / 64] >> (number % 64) & 1 != 0
}

/// Put a number into a row.
#[inline]
pub fn add(row: &mut [u64], number: usize) {
    row[number / 64] |= 1 << (number % 64);
}

/// Put all of another row into a row.
#[inline]
pub fn join(row: &mut [u64], other: &[u64]) {
    row.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

/// Leave in a row what is in another too.
#[inline]
pub fn keep(row: &mut [u64], other: &[u64]) {
    row.iter_mut().zip(other).for_each(|(word, other)| *word &= other);
}

/// Take all of another row out of a row.
#[inline]
pub fn drop_all(row: &mut [u64], other: &[u64]) {
    row.iter_mut().zip(other).for_each(|(word, other)| *word &= !other);
}

/// Whether all of a row is in another.
pub fn is_within(row: &[u64], other: &[u64]) -> bool {
    row.iter().zip(other).all(|(word, other)| word & !other == 0)
}

/// How many numbers are in a row.
#[inline]
pub fn count(row: &[u64]) -> u32 {
    row.iter().map(|word| word.count_ones()).sum()
}

/// The smallest number in a row.
#[inline]
pub fn first(row: &[u64]) -> Option<usize> {
    let word = row.iter().position(|&word| word != 0)?;
    Some(word * 64 + row[word].trailing_zeros() as usize)
}

/// The numbers in a row, in order.
pub fn ones(row: &[u64]) -> impl Iterator<Item = usize> {
    row.iter().enumerate().flat_map(|(at, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let low = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                at * 64 + low
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_row_is_in_it_and_nothing_else() {
        let mut row = vec![0; words_for(130)];
        for number in [0, 63, 64, 129] {
            add(&mut row, number);
        }
        assert_eq!(ones(&row).collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!((count(&row), first(&row), first(&[0, 0])), (4, Some(0), None));
        assert!(has(&row, 64) && !has(&row, 65));
    }

    #[test]
    fn rows_join_part_and_compare() {
        let (mut row, other) = (vec![0b0110], [0b0011]);
        assert!(!is_within(&row, &other));
        join(&mut row, &other);
        assert_eq!(row, [0b0111]);
        drop_all(&mut row, &[0b0100]);
        assert!(is_within(&row, &other));
        keep(&mut row, &[0b0110]);
        assert_eq!(row, [0b0010]);
    }
}
