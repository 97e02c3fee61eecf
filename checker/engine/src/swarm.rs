//! Several workers that take schedules; one thread alone asks whoever runs the model's steps.
//!
//! A worker learns all by itself, so that none waits for another; what came to be while some step
//! ran is told to each of them, in order, before the next answer.
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::schedules::{Order, Sampler, Tally};
use crate::tabulator::{Content, Halt, News, Tabulation};
use crate::walker::Source;

/// How long the asking thread waits before it looks for interrupts.
const PATIENCE: Duration = Duration::from_millis(15);

/// A source that several workers may be answered from.
pub trait Desk: Source {
    /// Wait for what `wait` waits for, without keeping others from running.
    fn wait(&self, wait: &mut (dyn FnMut() + Send));
}

/// Workers, and what each of them was told.
pub struct Swarm {
    /// The workers.
    pub samplers: Vec<Sampler>,
    news: Vec<News>,
    heard: Vec<usize>,
}

enum Question {
    Tabulate(u32, Vec<Content>),
    View(u32, Vec<u32>),
    Renumber(u32, u32, u64),
    Label(u32, u32),
}

enum Answer {
    Tabulation(Tabulation),
    View(u32),
    Renumbered(u32, Vec<News>),
    Label(u64),
    Stop,
}

/// A worker's end of the line to the thread that asks.
struct Line<'a> {
    worker: usize,
    questions: Sender<(usize, Question)>,
    answers: Receiver<Answer>,
    stop: &'a AtomicBool,
}

impl Swarm {
    /// Make one of these workers, who know the same.
    pub fn new(samplers: Vec<Sampler>) -> Self {
        let heard = vec![0; samplers.len()];
        Swarm { samplers, news: Vec::new(), heard }
    }

    /// Take schedules of these numbers, each by whoever is free.
    pub fn take(
        &mut self,
        order: &Order,
        numbers: Range<u64>,
        desk: &mut dyn Desk,
    ) -> Result<Tally, Halt> {
        if let [only] = self.samplers.as_mut_slice() {
            let mut numbers = numbers;
            return only.take(order, &mut numbers, desk);
        }
        let Swarm { samplers, news, heard } = self;
        let (next, stop) = (AtomicU64::new(numbers.start), AtomicBool::new(false));
        let (questions, mut asked) = channel();
        let mut tally = Tally::default();
        let mut result = Ok(());
        std::thread::scope(|scope| {
            let mut lines = Vec::new();
            let mut workers = Vec::new();
            for (worker, sampler) in samplers.iter_mut().enumerate() {
                let (sender, answers) = channel();
                lines.push(sender);
                let mut line = Line { worker, questions: questions.clone(), answers, stop: &stop };
                let (next, end) = (&next, numbers.end);
                workers.push(scope.spawn(move || {
                    let mut mine = std::iter::from_fn(|| {
                        Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&number| number < end)
                    });
                    sampler.take(order, &mut mine, &mut line)
                }));
            }
            drop(questions);
            result = answer(&mut asked, &lines, &stop, (news, heard), desk);
            for worker in workers {
                match worker.join() {
                    Ok(Ok(one)) => tally.add(&one),
                    Ok(Err(halt)) if result.is_ok() => result = Err(halt),
                    Ok(Err(_)) => {}
                    Err(_) => result = Err(Halt::Invalid("a worker broke off".to_owned())),
                }
            }
        });
        result.map(|()| tally)
    }
}

/// Answer until every worker is done.
fn answer(
    asked: &mut Receiver<(usize, Question)>,
    lines: &[Sender<Answer>],
    stop: &AtomicBool,
    (news, heard): (&mut Vec<News>, &mut [usize]),
    desk: &mut dyn Desk,
) -> Result<(), Halt> {
    let mut result = Ok(());
    loop {
        let mut received = Err(RecvTimeoutError::Timeout);
        {
            let (asked, received) = (&mut *asked, &mut received);
            desk.wait(&mut || {
                // Borrowed for this closure alone, the line may be waited on in any thread.
                let asked = &mut *asked;
                *received = asked.recv_timeout(PATIENCE);
            });
        }
        let answered = match received {
            Err(RecvTimeoutError::Disconnected) => return result,
            Err(RecvTimeoutError::Timeout) if result.is_err() => continue,
            Err(RecvTimeoutError::Timeout) => desk.poll(),
            Ok((worker, _)) if result.is_err() => {
                // A worker that is gone needs no answer.
                let _ = lines[worker].send(Answer::Stop);
                continue;
            }
            Ok((worker, question)) => match settle(question, news, desk) {
                Ok(answer) => {
                    let answer = with_news(answer, &news[heard[worker]..]);
                    if matches!(answer, Answer::Tabulation(_) | Answer::Renumbered(..)) {
                        heard[worker] = news.len();
                    }
                    let _ = lines[worker].send(answer);
                    desk.poll()
                }
                Err(halt) => {
                    let _ = lines[worker].send(Answer::Stop);
                    Err(halt)
                }
            },
        };
        if answered.is_err() {
            stop.store(true, Ordering::Relaxed);
            result = answered;
        }
    }
}

/// Ask; what came to be meanwhile is added to the news.
fn settle(question: Question, news: &mut Vec<News>, desk: &mut dyn Desk) -> Result<Answer, Halt> {
    Ok(match question {
        Question::Tabulate(trie, state) => {
            let Tabulation { runs, news: fresh } = desk.tabulate(trie, &state)?;
            news.extend(fresh);
            Answer::Tabulation(Tabulation { runs, news: Vec::new() })
        }
        Question::View(view, identifiers) => Answer::View(desk.view(view, &identifiers)?),
        Question::Renumber(slot, identifier, live) => {
            let (target, fresh) = desk.renumber(slot, identifier, live)?;
            news.extend(fresh);
            Answer::Renumbered(target, Vec::new())
        }
        Question::Label(slot, element) => Answer::Label(desk.label(slot, element)?),
    })
}

fn with_news(answer: Answer, unheard: &[News]) -> Answer {
    match answer {
        Answer::Tabulation(Tabulation { runs, .. }) => {
            Answer::Tabulation(Tabulation { runs, news: unheard.to_vec() })
        }
        Answer::Renumbered(target, _) => Answer::Renumbered(target, unheard.to_vec()),
        other => other,
    }
}

impl Line<'_> {
    fn ask(&mut self, question: Question) -> Result<Answer, Halt> {
        let sent = self.questions.send((self.worker, question));
        let answer = sent.ok().and_then(|()| self.answers.recv().ok());
        answer.filter(|answer| !matches!(answer, Answer::Stop)).ok_or(Halt::Interrupted)
    }
}

impl Source for Line<'_> {
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt> {
        match self.ask(Question::Tabulate(trie, state.to_vec()))? {
            Answer::Tabulation(tabulation) => Ok(tabulation),
            _ => Err(Halt::Interrupted),
        }
    }

    fn view(&mut self, view: u32, identifiers: &[u32]) -> Result<u32, Halt> {
        match self.ask(Question::View(view, identifiers.to_vec()))? {
            Answer::View(result) => Ok(result),
            _ => Err(Halt::Interrupted),
        }
    }

    fn renumber(
        &mut self,
        slot: u32,
        identifier: u32,
        live: u64,
    ) -> Result<(u32, Vec<News>), Halt> {
        match self.ask(Question::Renumber(slot, identifier, live))? {
            Answer::Renumbered(target, news) => Ok((target, news)),
            _ => Err(Halt::Interrupted),
        }
    }

    fn label(&mut self, slot: u32, element: u32) -> Result<u64, Halt> {
        match self.ask(Question::Label(slot, element))? {
            Answer::Label(label) => Ok(label),
            _ => Err(Halt::Interrupted),
        }
    }

    fn poll(&mut self) -> Result<(), Halt> {
        if self.stop.load(Ordering::Relaxed) { Err(Halt::Interrupted) } else { Ok(()) }
    }
}
