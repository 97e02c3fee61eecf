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

impl Crew {
    /// Do some work to each item at once, the first on this thread. Everything is given back.
    ///
    /// Its hands are hired when they are first needed, one for each item but the first.
    pub fn at_once<C, T>(
        &mut self,
        common: C,
        items: Vec<T>,
        work: impl Fn(&C, &mut T) + Copy + Send + 'static,
    ) -> (C, Vec<T>)
    where
        C: Send + Sync + 'static,
        T: Send + 'static,
    {
        let common = Arc::new(common);
        let mut all = items.into_iter();
        let Some(mut first) = all.next() else { return (alone(common), Vec::new()) };
        let results: Vec<Receiver<T>> = all
            .enumerate()
            .map(|(hand, mut item)| {
                let (done, result) = channel();
                let common = Arc::clone(&common);
                self.hand(hand).give(Box::new(move || {
                    work(&common, &mut item);
                    drop(common);
                    // Nobody waits any more where the work of another failed.
                    let _ = done.send(item);
                }));
                result
            })
            .collect();
        work(&common, &mut first);
        let others = results.iter().map(|result| wait(result).expect("a worker panicked"));
        let items = std::iter::once(first).chain(others).collect();
        (alone(common), items)
    }

    fn hand(&mut self, number: usize) -> &Hand {
        while self.hands.len() <= number {
            self.hands.push(Hand::start());
        }
        &self.hands[number]
    }
}

fn alone<C>(common: Arc<C>) -> C {
    Arc::into_inner(common).expect("whoever is done keeps nothing")
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
    #[should_panic(expected = "a worker panicked")]
    fn what_fails_in_one_fails_for_all() {
        Crew::default().at_once((), vec![1, 0], |(), item| assert!(*item > 0));
    }
}
