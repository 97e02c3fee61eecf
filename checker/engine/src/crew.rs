//! Threads that stay: to start one for each block would take as long as many a block.
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Whoever waits for another looks for so long without a break: to be woken takes about as long.
const PATIENCE: Duration = Duration::from_micros(100);
/// It looks for so long, in between letting others go first, before it sleeps: about what is done
/// alone between two blocks.
const LENIENCE: Duration = Duration::from_millis(1);

type Job = Box<dyn FnOnce() + Send>;

/// Some threads that wait for jobs.
#[derive(Default)]
pub struct Crew {
    hands: Vec<Hand>,
}

struct Hand {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// Work that some hands were given, whose results nobody has taken yet.
pub struct Errand<C, T> {
    common: Arc<C>,
    results: Vec<Receiver<T>>,
}

impl Crew {
    /// Do some work to each item at once, the first on this thread. Everything is given back.
    pub fn at_once<C, T>(
        &mut self,
        common: C,
        mut items: Vec<T>,
        work: impl Fn(&C, &mut T) + Copy + Send + 'static,
    ) -> (C, Vec<T>)
    where
        C: Send + Sync + 'static,
        T: Send + 'static,
    {
        if items.is_empty() {
            return (common, items);
        }
        let others = items.split_off(1);
        let errand = self.start(common, others, work);
        items.iter_mut().for_each(|first| work(&errand.common, first));
        let (common, others) = errand.finish();
        items.extend(others);
        (common, items)
    }

    /// Have some work done to each item, each by another hand, after what it was given before.
    ///
    /// Hands are hired when they are first needed.
    pub fn start<C, T>(
        &mut self,
        common: C,
        items: Vec<T>,
        work: impl Fn(&C, &mut T) + Copy + Send + 'static,
    ) -> Errand<C, T>
    where
        C: Send + Sync + 'static,
        T: Send + 'static,
    {
        let common = Arc::new(common);
        let give = |(hand, mut item)| {
            let (done, result) = channel();
            let common = Arc::clone(&common);
            self.hand(hand).give(Box::new(move || {
                work(&common, &mut item);
                drop(common);
                // Nobody waits any more where the work of another failed.
                let _ = done.send(item);
            }));
            result
        };
        let results = items.into_iter().enumerate().map(give).collect();
        Errand { common, results }
    }

    fn hand(&mut self, number: usize) -> &Hand {
        while self.hands.len() <= number {
            self.hands.push(Hand::start());
        }
        &self.hands[number]
    }
}

impl<C, T> Errand<C, T> {
    /// What all of it has in common.
    pub fn common(&self) -> &C {
        &self.common
    }

    /// Wait until all is done; everything is given back.
    pub fn finish(self) -> (C, Vec<T>) {
        let result = |result| wait(result).expect("a worker panicked");
        let items = self.results.iter().map(result).collect();
        (Arc::into_inner(self.common).expect("whoever is done keeps nothing"), items)
    }
}

impl Hand {
    fn start() -> Self {
        let (jobs, waiting) = channel::<Job>();
        let thread = std::thread::spawn(move || {
            while let Some(job) = wait(&waiting) {
                job();
            }
        });
        Hand { jobs: Some(jobs), thread: Some(thread) }
    }

    fn give(&self, job: Job) {
        let jobs = self.jobs.as_ref().expect("it was not dropped");
        jobs.send(job).expect("it waits for jobs until it is dropped");
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // What went wrong there was told where its result was waited for.
            let _ = thread.join();
        }
    }
}

/// What comes next, or nothing where nothing will come any more.
fn wait<T>(from: &Receiver<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        match from.try_recv() {
            Ok(found) => return Some(found),
            Err(std::sync::mpsc::TryRecvError::Disconnected) => return None,
            Err(std::sync::mpsc::TryRecvError::Empty) => match began.elapsed() {
                waited if waited < PATIENCE => std::hint::spin_loop(),
                waited if waited < LENIENCE => std::thread::yield_now(),
                _ => return from.recv().ok(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_works_on_what_is_their_own_and_all_of_it_comes_back_in_order() {
        let mut crew = Crew::default();
        for round in 0..200usize {
            let items: Vec<usize> = (0..round % 5).collect();
            let (common, items) = crew.at_once(round, items, |round, item| *item += round);
            assert_eq!(common, round);
            assert_eq!(items, (0..round % 5).map(|item| item + round).collect::<Vec<_>>());
        }
        assert!(crew.hands.len() <= 3);
    }

    #[test]
    fn what_a_hand_was_given_first_is_done_first_and_can_be_taken_last() {
        let mut crew = Crew::default();
        for round in 0..200usize {
            let first = crew.start(round, vec![0; 2], |round, item| *item = *round);
            let second = crew.start((), vec![1, 2, 3], |(), item| *item *= 2);
            assert_eq!(second.finish().1, [2, 4, 6]);
            assert_eq!(first.finish(), (round, vec![round; 2]));
        }
        assert_eq!(crew.hands.len(), 3);
    }

    #[test]
    #[should_panic(expected = "a worker panicked")]
    fn what_fails_in_one_fails_for_all() {
        Crew::default().at_once((), vec![1, 0], |(), item| assert!(*item > 0));
    }
}
