//! Digests of many files in order, small ones together in one call of the batch kernel.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use kilowat::Runtime;

use super::Algorithm;
use crate::input::{Input, Source};

/// A file of at most so many bytes is small: it is read ahead.
const SMALL: u64 = 64 << 10;

/// Files that are read ahead at most: with [`SMALL`], 4 MiB.
const MOST: usize = 64;

/// What a digest is wanted for.
pub(crate) trait Job {
    /// What is to be digested.
    fn source(&self) -> &Source;
}

impl Job for Source {
    fn source(&self) -> &Source {
        self
    }
}

/// Jobs in their order. What is no job, an `Err`, keeps its place between them.
pub(crate) trait Jobs: Iterator<Item = Result<Self::Job, Self::Other>> {
    /// What is to be done.
    type Job: Job;
    /// What else comes.
    type Other;

    /// Whether the next one is there without waiting for whoever writes the list of them.
    fn is_ready(&self) -> bool;
}

impl<J: Job, E> Jobs for std::vec::IntoIter<Result<J, E>> {
    type Job = J;
    type Other = E;

    fn is_ready(&self) -> bool {
        true
    }
}

/// Gives each job with the digest of its source, in hexadecimal, or the error of reading it. What is
/// no job, an `Err`, keeps its place between them.
///
/// Nothing that is done waits for a source, or a job, that may be long in coming: such are begun when
/// all before them has been given.
pub(crate) struct Digests<'a, I: Jobs> {
    algorithm: Algorithm<'a>,
    runtime: &'a Runtime,
    jobs: I,
    done: VecDeque<Result<Done<I::Job>, I::Other>>,
    /// The first job behind those, if its source is long or makes one wait.
    next: Option<(I::Job, Next)>,
}

type Done<J> = (J, io::Result<String>);

/// How far a source has come whose turn it is next.
enum Next {
    /// To be opened: even that may have to wait, as it does for a pipe that nobody writes to yet.
    Unopened,
    /// The beginning was read.
    Begun(Begun),
}

type Begun = Box<io::Chain<Cursor<Vec<u8>>, Input>>;

enum Content {
    Whole(Vec<u8>),
    Begun(Begun),
}

impl<'a, I: Jobs> Digests<'a, I> {
    pub(crate) fn new(algorithm: Algorithm<'a>, runtime: &'a Runtime, jobs: I) -> Self {
        Self {
            algorithm,
            runtime,
            jobs,
            done: VecDeque::new(),
            next: None,
        }
    }

    /// Whether the next one is done already: else it is time to hand over what was printed, as it may
    /// be long in coming.
    pub(crate) fn is_done(&self) -> bool {
        !self.done.is_empty()
    }

    /// Does the jobs up to the next that is long.
    fn advance(&mut self) {
        let mut read = Vec::new();
        while read.len() < MOST && (read.is_empty() || self.jobs.is_ready()) {
            let job = match self.jobs.next() {
                None => break,
                Some(Ok(job)) => job,
                Some(Err(other)) => {
                    read.push(Err(other));
                    continue;
                }
            };
            if job.source().may_wait() {
                self.next = Some((job, Next::Unopened));
                break;
            }
            let content = match job.source().open().and_then(begin) {
                Ok(Content::Whole(bytes)) => Ok(bytes),
                Ok(Content::Begun(begun)) => {
                    self.next = Some((job, Next::Begun(begun)));
                    break;
                }
                Err(error) => Err(error),
            };
            read.push(Ok((job, content)));
        }
        let contents = read.iter().filter_map(|read| match read {
            Ok((_, Ok(bytes))) => Some(bytes.as_slice()),
            _ => None,
        });
        let messages: Vec<&[u8]> = contents.collect();
        let digests = self.algorithm.of_messages(self.runtime, &messages);
        let mut digests = digests.map(Vec::into_iter);
        self.done.extend(read.into_iter().map(|read| {
            let digest = |_: Vec<u8>| match &mut digests {
                // There is a digest for each content.
                Ok(digests) => Ok(digests.next().unwrap_or_default()),
                Err(error) => Err(error.clone().into()),
            };
            read.map(|(job, content)| (job, content.and_then(digest)))
        }));
    }
}

impl<I: Jobs> Iterator for Digests<'_, I> {
    type Item = Result<Done<I::Job>, I::Other>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done.is_empty() && self.next.is_none() {
            self.advance();
        }
        if let Some(done) = self.done.pop_front() {
            return Some(done);
        }
        let (job, next) = self.next.take()?;
        let digest = match next {
            Next::Begun(begun) => self.algorithm.of_reader(self.runtime, begun),
            Next::Unopened => {
                let opened = job.source().open();
                opened.and_then(|input| self.algorithm.of_reader(self.runtime, input))
            }
        };
        Some(Ok((job, digest)))
    }
}

/// Reads a small file. Anything else is left to be read later: what is before it shall not wait.
fn begin(mut input: Input) -> io::Result<Content> {
    let mut bytes = Vec::new();
    if input.file_len().is_some_and(|len| len <= SMALL) {
        input.by_ref().take(SMALL + 1).read_to_end(&mut bytes)?;
        // It may have grown, or be one of the system's that do not say how long they are.
        if bytes.len() as u64 <= SMALL {
            return Ok(Content::Whole(bytes));
        }
    }
    Ok(Content::Begun(Box::new(Cursor::new(bytes).chain(input))))
}
