//! Work on several sources at once, whose answers come in the order of the sources.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::input::Source;

/// Pieces of an answer that wait for those before them, for each source. Whoever has more waits too, so that memory
/// is bounded.
const WAITING: usize = 64;

/// Where the pieces of an answer go.
pub(crate) struct Sender<P>(SyncSender<P>);

impl<P> Sender<P> {
    /// Sends a piece, if anybody listens still.
    pub(crate) fn send(&self, piece: P) -> Option<()> {
        self.0.send(piece).ok()
    }
}

/// Reads sources on as many threads as there are cores, and takes what they send: all of the first source, then
/// all of the next. Whoever takes may end it by an error.
pub(crate) fn for_each_in_order<P: Send>(
    sources: &[Source],
    read: impl Fn(&Source, &Sender<P>) -> Option<()> + Sync,
    mut take: impl FnMut(&Source, P) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (senders, receivers): (Vec<_>, Vec<Receiver<P>>) =
        sources.iter().map(|_| mpsc::sync_channel(WAITING)).unzip();
    // Sources are begun in their order: whoever waits for another to be taken, that one is being read.
    let jobs = Mutex::new(sources.iter().zip(senders.into_iter().map(Sender)));
    let next = || {
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.next()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads.min(sources.len()) {
            scope.spawn(|| {
                while let Some((source, sender)) = next() {
                    // Where nobody listens, nobody does to the sources behind it either.
                    if read(source, &sender).is_none() {
                        return;
                    }
                }
            });
        }
        for (source, receiver) in sources.iter().zip(receivers) {
            for piece in receiver {
                take(source, piece)?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn sources(count: usize) -> Vec<Source> {
        (0..count)
            .map(|index| Source::new(Path::new(&index.to_string())))
            .collect()
    }

    fn number(source: &Source) -> usize {
        source.text().parse().unwrap()
    }

    #[test]
    fn answers_come_in_order_whoever_is_first() {
        let sources = sources(20);
        let mut taken = Vec::new();
        for_each_in_order(
            &sources,
            |source, sender| {
                // The sooner the later; and more than may wait.
                thread::sleep(std::time::Duration::from_millis(20 - number(source) as u64));
                (0..3 * WAITING).try_for_each(|piece| sender.send(piece))
            },
            |source, piece| {
                taken.push((number(source), piece));
                Ok(())
            },
        )
        .unwrap();
        let expected =
            (0..20).flat_map(|source| (0..3 * WAITING).map(move |piece| (source, piece)));
        assert!(taken.into_iter().eq(expected));
    }

    #[test]
    fn an_error_ends_it() {
        let sources = sources(20);
        let result = for_each_in_order(
            &sources,
            |_, sender| (0..).try_for_each(|piece: u32| sender.send(piece)),
            |_, piece| {
                if piece < 100 {
                    Ok(())
                } else {
                    anyhow::bail!("enough")
                }
            },
        );
        assert_eq!(result.unwrap_err().to_string(), "enough");
    }
}
