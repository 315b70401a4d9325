//! What was seen lately, for those who look on: each second one event, of which the last ten minutes are kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::sample::Point;

/// How many events are kept.
const KEPT: usize = 600;

/// A comment is sent after so long without an event, so that no proxy takes the connection for dead.
const QUIET: Duration = Duration::from_secs(15);

/// An event, as it is sent.
#[derive(Debug, Clone)]
struct Event {
    number: u64,
    bytes: Bytes,
    json: Bytes,
    point: Point,
}

/// The events there are, and who waits for the next.
#[derive(Debug)]
pub(crate) struct Hub {
    /// Another in each process, so that numbers of an earlier one are not taken for ours.
    epoch: String,
    events: Mutex<VecDeque<Event>>,
    latest: watch::Sender<u64>,
    streams: Arc<Semaphore>,
    is_over: watch::Sender<bool>,
}

impl Hub {
    pub(crate) fn new(epoch: String, most_streams: usize) -> Self {
        Self {
            epoch,
            events: Mutex::default(),
            latest: watch::Sender::new(0),
            streams: Arc::new(Semaphore::new(most_streams)),
            is_over: watch::Sender::new(false),
        }
    }

    /// Adds an event, and tells all who wait. It is written once, however many look on.
    pub(crate) fn publish(&self, json: &str, point: Point) {
        let mut events = self.events();
        let number = events.back().map_or(1, |event| event.number + 1);
        let text = format!("id: {}-{number}\ndata: {json}\n\n", self.epoch);
        // The second one is a part of the first.
        let bytes = Bytes::from(text);
        let from = bytes.len() - json.len() - 2;
        let json = bytes.slice(from..bytes.len() - 2);
        if events.len() == KEPT {
            events.pop_front();
        }
        events.push_back(Event {
            number,
            bytes,
            json,
            point,
        });
        drop(events);
        self.latest.send_replace(number);
    }

    /// The latest event in JSON.
    pub(crate) fn latest(&self) -> Option<Bytes> {
        self.events().back().map(|event| event.json.clone())
    }

    /// What charts are drawn from, oldest first.
    pub(crate) fn points(&self) -> Vec<Point> {
        let events = self.events();
        events.iter().map(|event| event.point.clone()).collect()
    }

    /// Ends all streams.
    pub(crate) fn end(&self) {
        self.is_over.send_replace(true);
    }

    /// A place among those who look on, while there is one.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// The events behind one that is known, as they are sent; from an unknown one on, the latest.
    pub(crate) fn stream(
        self: &Arc<Self>,
        place: OwnedSemaphorePermit,
        known: Option<&str>,
    ) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> + use<> {
        let after = known.and_then(|known| {
            let number = known.strip_prefix(&self.epoch)?.strip_prefix('-')?;
            number.parse().ok()
        });
        let viewer = Viewer {
            hub: Arc::clone(self),
            latest: self.latest.subscribe(),
            is_over: self.is_over.subscribe(),
            after,
            is_greeted: false,
            _place: place,
        };
        stream::unfold(viewer, |mut viewer| async move {
            let bytes = viewer.next().await?;
            Some((Ok(bytes), viewer))
        })
    }

    /// All events behind a number, in one piece; the latest where there is none; nothing where there are none.
    fn behind(&self, after: Option<u64>) -> Option<(u64, Bytes)> {
        let events = self.events();
        let latest = events.back()?;
        let Some(after) = after.filter(|after| *after <= latest.number) else {
            return Some((latest.number, latest.bytes.clone()));
        };
        let mut new = events.iter().filter(|event| event.number > after);
        let first = new.next()?;
        let rest: Vec<_> = new.map(|event| &event.bytes[..]).collect();
        if rest.is_empty() {
            return Some((first.number, first.bytes.clone()));
        }
        let bytes = [&[&first.bytes[..]], &rest[..]].concat().concat();
        Some((latest.number, bytes.into()))
    }

    /// Nothing that can panic leaves it half changed.
    fn events(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who looks on.
struct Viewer {
    hub: Arc<Hub>,
    latest: watch::Receiver<u64>,
    is_over: watch::Receiver<bool>,
    after: Option<u64>,
    is_greeted: bool,
    _place: OwnedSemaphorePermit,
}

impl Viewer {
    async fn next(&mut self) -> Option<Bytes> {
        if !self.is_greeted {
            self.is_greeted = true;
            // Who has lost us tries again after a second.
            return Some(Bytes::from_static(b"retry: 1000\n\n"));
        }
        loop {
            if *self.is_over.borrow() {
                return None;
            }
            self.latest.mark_unchanged();
            if let Some((number, bytes)) = self.hub.behind(self.after) {
                self.after = Some(number);
                return Some(bytes);
            }
            tokio::select! {
                changed = tokio::time::timeout(QUIET, self.latest.changed()) => match changed {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return None,
                    Err(_) => return Some(Bytes::from_static(b":\n\n")),
                },
                _ = self.is_over.changed() => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    fn text(bytes: &Bytes) -> &str {
        str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn who_comes_back_gets_what_was_missed() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let hub = Arc::new(Hub::new("e".to_owned(), 2));
        for number in 1..=3 {
            hub.publish(&format!("{{\"n\":{number}}}"), Point::default());
        }
        assert_eq!(text(&hub.latest().unwrap()), "{\"n\":3}");
        let first = |known: Option<&str>| {
            let mut stream = std::pin::pin!(hub.stream(hub.place().unwrap(), known));
            runtime.block_on(async {
                assert_eq!(
                    text(&stream.next().await.unwrap().unwrap()),
                    "retry: 1000\n\n"
                );
                stream.next().await.unwrap().unwrap()
            })
        };
        let all = "id: e-2\ndata: {\"n\":2}\n\nid: e-3\ndata: {\"n\":3}\n\n";
        assert_eq!(text(&first(Some("e-1"))), all);
        for unknown in [None, Some("d-1"), Some("e-9"), Some("e-"), Some("")] {
            assert_eq!(text(&first(unknown)), "id: e-3\ndata: {\"n\":3}\n\n");
        }
    }

    #[test]
    fn ten_minutes_are_kept_and_places_are_few() {
        let hub = Arc::new(Hub::new("e".to_owned(), 1));
        (0..700).for_each(|_| hub.publish("{}", Point::default()));
        assert_eq!(hub.points().len(), KEPT);
        let (number, bytes) = hub.behind(Some(0)).unwrap();
        assert_eq!(number, 700);
        assert!(bytes.starts_with(b"id: e-101\n"));
        assert!(hub.behind(Some(700)).is_none());
        let place = hub.place();
        assert!(place.is_some() && hub.place().is_none());
        drop(place);
        assert!(hub.place().is_some());
    }
}
