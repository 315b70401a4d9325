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

/// Gives each job with the digest of its source, in hexadecimal, or the error of reading it. What is
/// no job, an `Err`, keeps its place between them.
pub(crate) struct Digests<'a, J, E, I> {
    algorithm: Algorithm,
    runtime: &'a Runtime,
    jobs: I,
    done: VecDeque<Result<Done<J>, E>>,
    /// The first job behind those, if its source is long.
    long: Option<(J, Begun)>,
}

type Done<J> = (J, io::Result<String>);

/// A source of which the beginning was read.
type Begun = io::Chain<Cursor<Vec<u8>>, Input>;

enum Content {
    Whole(Vec<u8>),
    Begun(Begun),
}

impl<'a, J: Job, E, I: Iterator<Item = Result<J, E>>> Digests<'a, J, E, I> {
    pub(crate) fn new(algorithm: Algorithm, runtime: &'a Runtime, jobs: I) -> Self {
        Self {
            algorithm,
            runtime,
            jobs,
            done: VecDeque::new(),
            long: None,
        }
    }

    /// Does the jobs up to the next that is long.
    fn advance(&mut self) {
        let mut read = Vec::new();
        while read.len() < MOST {
            let job = match self.jobs.next() {
                None => break,
                Some(Ok(job)) => job,
                Some(Err(other)) => {
                    read.push(Err(other));
                    continue;
                }
            };
            let content = match job.source().open().and_then(begin) {
                Ok(Content::Whole(bytes)) => Ok(bytes),
                Ok(Content::Begun(begun)) => {
                    self.long = Some((job, begun));
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

impl<J: Job, E, I: Iterator<Item = Result<J, E>>> Iterator for Digests<'_, J, E, I> {
    type Item = Result<Done<J>, E>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done.is_empty() && self.long.is_none() {
            self.advance();
        }
        if let Some(done) = self.done.pop_front() {
            return Some(done);
        }
        let (job, begun) = self.long.take()?;
        let digest = self.algorithm.of_reader(self.runtime, begun);
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
    Ok(Content::Begun(Cursor::new(bytes).chain(input)))
}
