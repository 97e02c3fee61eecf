//! Whole states, slot by slot: looking at them and changing them.
use crate::tabulator::{Content, Effect, Halt, Operation};

/// The identifier that a slot holds.
pub fn value(state: &[Content], slot: u32) -> Result<u32, Halt> {
    match state.get(slot as usize) {
        Some(Content::Value(identifier)) => Ok(*identifier),
        _ => Err(Halt::Invalid(format!("a look at the value of slot {slot}, which has none"))),
    }
}

/// The elements that a slot holds.
pub fn elements(state: &[Content], slot: u32) -> Result<&[u32], Halt> {
    match state.get(slot as usize) {
        Some(Content::Elements(elements)) => Ok(elements),
        _ => Err(Halt::Invalid(format!("a look at the elements of slot {slot}, which has none"))),
    }
}

/// Let an effect happen.
pub fn apply(state: &mut [Content], effect: &Effect) -> Result<(), Halt> {
    let Effect { operation, slot, argument } = *effect;
    let wrong = || Halt::Invalid(format!("an effect on slot {slot} that cannot be: {operation:?}"));
    match state.get_mut(slot as usize).ok_or_else(wrong)? {
        Content::Value(identifier) if operation == Operation::Set => *identifier = argument,
        Content::Value(_) => return Err(wrong()),
        Content::Elements(elements) => match operation {
            Operation::Set => return Err(wrong()),
            Operation::Push => elements.push(argument),
            Operation::Clear => elements.clear(),
            Operation::Add => {
                let at = elements.partition_point(|&element| element < argument);
                elements.insert(at, argument);
            }
            Operation::RemoveAt if (argument as usize) < elements.len() => {
                elements.remove(argument as usize);
            }
            Operation::RemoveAt => return Err(wrong()),
            Operation::Remove => {
                let at = elements.iter().position(|&element| element == argument);
                elements.remove(at.ok_or_else(wrong)?);
            }
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operation::{Add, Clear, Push, Remove, RemoveAt, Set};

    #[test]
    fn effects_happen_and_none_removes_what_is_not_there() {
        let mut state = [Content::Value(1), Content::Elements(vec![])];
        let mut happen = |operation, slot, argument| {
            apply(&mut state, &Effect { operation, slot, argument }).map(|()| state.to_vec())
        };
        assert_eq!(happen(Set, 0, 7).unwrap()[0], Content::Value(7));
        happen(Push, 1, 5).unwrap();
        assert_eq!(happen(Add, 1, 4).unwrap()[1], Content::Elements(vec![4, 5]));
        assert_eq!(happen(RemoveAt, 1, 0).unwrap()[1], Content::Elements(vec![5]));
        assert!(happen(RemoveAt, 1, 1).is_err() && happen(Remove, 1, 4).is_err());
        assert_eq!(happen(Clear, 1, 0).unwrap()[1], Content::Elements(vec![]));
        assert!(happen(Set, 1, 0).is_err() && happen(Push, 0, 0).is_err());
        assert!(happen(Set, 2, 0).is_err());
    }
}
