//! Whole explorations of small models, with the other side written here.
use crate::findings::Finding;
use crate::limits::{Limits, Stopped};
use crate::model::{Claim, Purpose};
use crate::search::Search;
use crate::tabulator::{
    Content, Effect, Ending, Halt, Mirrored, News, Operation, Progress, Read, ReadKind, Run,
    SlotKind, Tabulation, Tabulator,
};

type Answer = fn(u32, &[Content]) -> Tabulation;

/// The other side, as one function.
struct Steps(Answer);

impl Tabulator for Steps {
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt> {
        Ok((self.0)(trie, state))
    }

    fn view(&mut self, view: u32, _: &[u32]) -> Result<u32, Halt> {
        Err(Halt::Invalid(format!("there is no view {view}")))
    }

    fn mirror(&mut self, slot: u32, _: u32) -> Result<Mirrored, Halt> {
        panic!("nothing is symmetric, and slot {slot} was asked for")
    }

    fn renumber(&mut self, slot: u32, _: u32, _: u64) -> Result<(u32, Vec<News>), Halt> {
        Err(Halt::Invalid(format!("slot {slot} has no timestamps")))
    }

    fn poll(&mut self) -> Result<(), Halt> {
        Ok(())
    }

    fn header(&mut self) -> Result<String, Halt> {
        Err(Halt::Invalid("nothing is written".to_owned()))
    }

    fn progress(&mut self, _: Progress) -> Result<(), Halt> {
        Ok(())
    }

    fn detached(&mut self, work: &mut (dyn FnMut() + Send)) {
        work();
    }
}

fn value(state: &[Content], slot: u32) -> u32 {
    match state[slot as usize] {
        Content::Value(identifier) => identifier,
        Content::Elements(_) => panic!("slot {slot} holds elements"),
    }
}

fn saw(slot: u32, result: u32) -> Read {
    Read { kind: ReadKind::Value, a: slot, b: 0, result: Some(result) }
}

fn setting(slot: u32, argument: u32) -> Ending {
    let effects = vec![Effect { operation: Operation::Set, slot, argument }];
    Ending { effects, reactions: Vec::new(), error: None, truth: false }
}

fn only(path: Vec<Read>, ending: Option<Ending>) -> Tabulation {
    Tabulation { runs: vec![Run { path, ending }], news: Vec::new() }
}

/// Trie t < 2 counts slot t up to 3; trie 2 says that slot 0 is below 2.
fn counters(trie: u32, state: &[Content]) -> Tabulation {
    let slot = trie % 2;
    let held = value(state, slot);
    if trie == 2 {
        let ending =
            Ending { effects: Vec::new(), reactions: Vec::new(), error: None, truth: held < 2 };
        return only(vec![saw(slot, held)], Some(ending));
    }
    only(vec![saw(slot, held)], (held < 3).then(|| setting(slot, held + 1)))
}

fn two_counters() -> Search {
    let mut search = Search::new(false, 1);
    for _ in 0..2 {
        search.model.add_slot(SlotKind::Value);
        search.model.add_trie(Purpose::Action).unwrap();
    }
    search.add_initial(vec![Content::Value(0)]).unwrap();
    search
}

fn finish(search: &mut Search, answer: Answer, limits: &Limits) {
    search.run(limits, &mut Steps(answer)).unwrap();
}

#[test]
fn two_counters_reach_the_whole_grid_with_few_questions() {
    let mut search = two_counters();
    finish(&mut search, counters, &Limits::default());
    assert!(search.complete && search.stopped.is_none());
    assert_eq!((search.len(), search.standing.transitions, search.standing.depth), (16, 24, 6));
    assert_eq!((search.standing.terminal_states, search.tabulations), (1, 8));
    let path = search.path(15).unwrap();
    assert_eq!((path.start, path.steps.len()), (0, 6));
    assert_eq!(search.state(15).unwrap(), [Content::Value(3), Content::Value(3)]);
    assert!(search.path(16).is_err() && search.state(16).is_err());
}

#[test]
fn the_level_of_the_first_violation_is_finished_and_the_last() {
    let mut search = two_counters();
    search.model.add_trie(Purpose::Predicate(Claim::Always)).unwrap();
    finish(&mut search, counters, &Limits::default());
    assert_eq!(search.stopped, Some(Stopped::Violation));
    assert_eq!((search.len(), search.standing.depth), (6, 2));
    let Finding::Always { trie: 2, state } = search.findings.list[0] else {
        panic!("{:?}", search.findings.list)
    };
    let path = search.path(state).unwrap();
    assert_eq!((path.start, path.steps), (0, vec![(0, vec![]), (0, vec![])]));
}

#[test]
fn a_limit_leaves_what_was_found_so_far() {
    let mut search = two_counters();
    finish(&mut search, counters, &Limits { max_states: Some(7), ..Limits::default() });
    assert_eq!((search.len(), search.stopped), (7, Some(Stopped::States)));
    let mut search = two_counters();
    finish(&mut search, counters, &Limits { max_depth: Some(2), ..Limits::default() });
    assert_eq!((search.len(), search.stopped), (6, Some(Stopped::Depth)));
    assert!(!search.complete);
}

#[test]
fn depth_first_finds_the_same_and_goes_as_far_as_it_can() {
    let mut search = two_counters();
    search.depth_first = true;
    finish(&mut search, counters, &Limits::default());
    assert!(search.complete && search.stopped.is_none());
    assert_eq!((search.len(), search.standing.transitions, search.standing.depth), (16, 24, 6));
    assert_eq!(search.standing.terminal_states, 1);
    for state in 0..16 {
        assert_eq!(search.path(state).unwrap().steps.len(), search.path_length(state).unwrap());
    }
}

#[test]
fn within_a_limit_of_depth_as_much_is_found_depth_first() {
    for max_depth in (0..7).map(Some) {
        let limits = Limits { max_depth, ..Limits::default() };
        let [mut broad, mut deep] = [two_counters(), two_counters()];
        deep.depth_first = true;
        finish(&mut broad, counters, &limits);
        finish(&mut deep, counters, &limits);
        assert_eq!(deep.len(), broad.len());
        assert_eq!(deep.standing.transitions, broad.standing.transitions);
        assert_eq!((deep.stopped, deep.complete), (broad.stopped, broad.complete));
        let longest = (0..deep.len()).map(|state| deep.path_length(state as u32).unwrap()).max();
        assert!(longest <= max_depth.map(|most| most as usize));
    }
}

#[test]
fn a_step_that_does_not_read_what_the_state_holds_is_impure() {
    let mut search = two_counters();
    let forgetful: Answer = |_, _| only(vec![saw(0, 9)], None);
    let told = search.run(&Limits::default(), &mut Steps(forgetful)).unwrap_err();
    assert!(matches!(told, Halt::Invalid(why) if why.starts_with("impure: trie 0")));
}

#[test]
fn what_has_nothing_in_common_is_taken_in_one_order() {
    let mut search = two_counters();
    search.model.add_slot(SlotKind::Value);
    search.reduce(vec![0, 0, 1]).unwrap();
    finish(&mut search, counters, &Limits::default());
    assert!(search.complete);
    assert_eq!((search.len(), search.standing.transitions), (7, 6));
    assert_eq!(search.standing.terminal_states, 1);
}

#[test]
fn a_reduction_knows_all_slots_and_steps_from_the_start() {
    let mut search = two_counters();
    assert!(search.reduce(vec![0]).is_err());
    search.reduce(vec![0, 1]).unwrap();
    search.model.add_slot(SlotKind::Value);
    let told = search.run(&Limits::default(), &mut Steps(counters)).unwrap_err();
    assert!(matches!(told, Halt::Invalid(why) if why.contains("before a reduction")));
}
