//! Requests, and answers to them.

use std::sync::Arc;
use std::time::Duration;

use super::channel::{Channel, QUEUE, Queue, outgoing};
use super::consumer::Consumer;
use super::delivery::Delivery;
use super::engine::{Change, Taker};
use super::{Kind, Message, Receipt};
use crate::envelope::Envelope;
use crate::error::{Error, Row};
use crate::identity::Id;

/// How much longer the channel of the answer stays than who asks waits, should its process end.
const GRACE: Duration = Duration::from_mins(1);

impl Channel<Queue> {
    /// Sends a message, and waits for the answer to it, so long at most. Nothing is returned where none came in
    /// that time.
    ///
    /// # Errors
    /// As of [`send`](Channel::send).
    pub fn request(&self, message: Message, timeout: Duration) -> Result<Option<Envelope>, Error> {
        let answers = format!("answers/{}", Id::new());
        let change = Change {
            expires: Some(self.engine.now().after(timeout.saturating_add(GRACE))),
            ..Change::default()
        };
        let settings = self.engine.open(&answers, Kind::Answers, &change)?;
        let taker = Taker {
            kind: Kind::Answers,
            channel: answers.clone(),
            group: QUEUE.to_owned(),
            owner: "request".to_owned(),
        };
        let engine = Arc::clone(&self.engine);
        let consumer = Consumer::new(
            self.swarm.clone(),
            engine,
            taker,
            settings,
            self.keys.clone(),
            false,
        );
        let mut message = message;
        message.header.answer_to = Some(answers.clone());
        let answered = self
            .send(message)
            .and_then(|_| consumer.receive(1, timeout));
        self.engine.close(&answers)?;
        let answer = answered?.into_iter().next();
        Ok(answer.map(|delivery| delivery.message().clone()))
    }
}

impl Delivery {
    /// Sends the answer, once.
    pub(crate) fn send_answer(&self, message: Message) -> Result<Receipt, Error> {
        let request = self.message();
        let channel = request.header.answer_to.as_deref().unwrap_or_default();
        let unknown = || Error::Unknown(Row::new("channel", "answers", channel));
        if channel.is_empty() {
            return Err(unknown());
        }
        let mut message = message.key(&request.id.to_string());
        message.header.answers = Some(request.id);
        let engine = &self.consumer.engine;
        let (runtime, settings) = (self.swarm.runtime(), &self.consumer.settings);
        let (keys, now) = (self.consumer.keys.as_ref(), engine.now());
        let outgoing = outgoing(runtime, channel, settings, keys, vec![message], now)?;
        let receipts = engine.send(channel, &outgoing)?;
        receipts.into_iter().next().ok_or_else(unknown)
    }
}
