//! What is to be done in the background for all runtimes of a process, and what of it comes next.

use std::collections::VecDeque;
use std::sync::Arc;

/// Comparisons of one runtime that wait at the same time. Of more the share that is asked for is too
/// large.
pub(super) const MOST_COMPARISONS: usize = 64;

pub(super) type Work = Box<dyn FnOnce() + Send>;

/// What is done each second, until it returns false.
pub(super) type Housekeeping = Arc<dyn Fn() -> bool + Send + Sync>;

/// A runtime, of which nothing else is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientId(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Compilation,
    Comparison,
    Housekeeping,
}

/// What is to be done next.
pub(super) struct Task {
    pub(super) client: ClientId,
    pub(super) job: Job,
}

pub(super) enum Job {
    Once(Kind, Work),
    Housekeeping(Housekeeping),
}

impl Task {
    pub(super) fn kind(&self) -> Kind {
        match self.job {
            Job::Once(kind, _) => kind,
            Job::Housekeeping(_) => Kind::Housekeeping,
        }
    }
}

/// What waits for one runtime. To be dropped where no lock is held: the last handle of a runtime may
/// be in it.
pub(super) struct Client {
    id: ClientId,
    urgent: VecDeque<Work>,
    compilations: VecDeque<Work>,
    comparisons: VecDeque<Work>,
    housekeeping: Option<Housekeeping>,
    /// Whether the housekeeping of this second is still to be done.
    is_due: bool,
}

impl Client {
    fn pop_urgent(&mut self) -> Option<Job> {
        let work = self.urgent.pop_front()?;
        Some(Job::Once(Kind::Compilation, work))
    }

    fn pop_compilation(&mut self) -> Option<Job> {
        self.pop_urgent().or_else(|| {
            let work = self.compilations.pop_front()?;
            Some(Job::Once(Kind::Compilation, work))
        })
    }

    fn pop_comparison(&mut self) -> Option<Job> {
        let work = self.comparisons.pop_front()?;
        Some(Job::Once(Kind::Comparison, work))
    }

    fn pop_any(&mut self) -> Option<Job> {
        self.pop_compilation().or_else(|| self.pop_comparison())
    }

    fn pop_housekeeping(&mut self) -> Option<Job> {
        if !std::mem::take(&mut self.is_due) {
            return None;
        }
        self.housekeeping.clone().map(Job::Housekeeping)
    }
}

/// The runtimes, whoever was served last at the end.
pub(super) struct Agenda {
    clients: VecDeque<Client>,
    /// How many there ever were.
    entered: u64,
    /// Whether the last job was one that went before others.
    was_urgent: bool,
}

impl Agenda {
    pub(super) const fn new() -> Self {
        Self {
            clients: VecDeque::new(),
            entered: 0,
            was_urgent: false,
        }
    }

    pub(super) fn enter(&mut self) -> ClientId {
        let id = ClientId(self.entered);
        self.entered += 1;
        self.clients.push_back(Client {
            id,
            urgent: VecDeque::new(),
            compilations: VecDeque::new(),
            comparisons: VecDeque::new(),
            housekeeping: None,
            is_due: false,
        });
        id
    }

    /// Gives up what waits for a client, which the caller drops when it holds no lock.
    #[must_use]
    pub(super) fn leave(&mut self, id: ClientId) -> Option<Client> {
        let place = self.clients.iter().position(|client| client.id == id)?;
        self.clients.remove(place)
    }

    /// Whether all clients have left.
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    pub(super) fn set_housekeeping(
        &mut self,
        id: ClientId,
        housekeeping: Option<Housekeeping>,
    ) -> Option<Housekeeping> {
        match self.client_mut(id) {
            Some(client) => std::mem::replace(&mut client.housekeeping, housekeeping),
            None => housekeeping,
        }
    }

    /// Adds a compilation, which goes before those of other runtimes if it is `urgent`. It comes back
    /// where the client has left.
    pub(super) fn compile(&mut self, id: ClientId, urgent: bool, work: Work) -> Result<(), Work> {
        let Some(client) = self.client_mut(id) else {
            return Err(work);
        };
        if urgent {
            client.urgent.push_back(work);
        } else {
            client.compilations.push_back(work);
        }
        Ok(())
    }

    /// Adds a comparison. It comes back where the client has left, or too many wait.
    pub(super) fn compare(&mut self, id: ClientId, work: Work) -> Result<(), Work> {
        match self.client_mut(id) {
            Some(client) if client.comparisons.len() < MOST_COMPARISONS => {
                client.comparisons.push_back(work);
                Ok(())
            }
            _ => Err(work),
        }
    }

    /// Makes the housekeeping of each client due.
    pub(super) fn begin_second(&mut self) {
        for client in &mut self.clients {
            client.is_due = true;
        }
    }

    /// Whether anything of a kind waits for a client.
    pub(super) fn has(&self, id: ClientId, kind: Kind) -> bool {
        let client = self.clients.iter().find(|client| client.id == id);
        client.is_some_and(|client| match kind {
            Kind::Compilation => !client.urgent.is_empty() || !client.compilations.is_empty(),
            Kind::Comparison => !client.comparisons.is_empty(),
            Kind::Housekeeping => client.is_due,
        })
    }

    /// The next job of a kind of a client, whoever's turn it is.
    pub(super) fn take(&mut self, id: ClientId, kind: Kind) -> Option<Task> {
        let client = self.client_mut(id)?;
        let job = match kind {
            Kind::Compilation => client.pop_compilation(),
            Kind::Comparison => client.pop_comparison(),
            Kind::Housekeeping => client.pop_housekeeping(),
        }?;
        Some(Task { client: id, job })
    }

    /// The next job. Housekeeping, which is rare and short, goes first. Then compilations that calls
    /// have asked for, but never twice in a row where others wait. All runtimes take turns, and each
    /// has its own modules compiled before its answers are compared.
    pub(super) fn next(&mut self) -> Option<Task> {
        if let Some(task) = self.serve(Client::pop_housekeeping) {
            return Some(task);
        }
        let (urgent, any) = (Client::pop_urgent, Client::pop_any);
        if !self.was_urgent
            && let Some(task) = self.serve(urgent)
        {
            self.was_urgent = true;
            return Some(task);
        }
        self.was_urgent = false;
        self.serve(any)
    }

    /// What the first client has that has anything, which then goes to the end of the queue.
    fn serve(&mut self, pop: impl Fn(&mut Client) -> Option<Job>) -> Option<Task> {
        let mut found = None;
        for (place, client) in self.clients.iter_mut().enumerate() {
            if let Some(job) = pop(client) {
                found = Some((place, job));
                break;
            }
        }
        let (place, job) = found?;
        let client = self.clients.remove(place)?;
        let id = client.id;
        self.clients.push_back(client);
        Some(Task { client: id, job })
    }

    fn client_mut(&mut self, id: ClientId) -> Option<&mut Client> {
        self.clients.iter_mut().find(|client| client.id == id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// Takes the next job and says whose and what it was.
    fn next(agenda: &mut Agenda) -> Option<(ClientId, Kind)> {
        let task = agenda.next()?;
        Some((task.client, task.kind()))
    }

    fn nothing() -> Work {
        Box::new(|| {})
    }

    #[test]
    fn runtimes_take_turns() {
        let mut agenda = Agenda::new();
        let [a, b, c] = [(); 3].map(|()| agenda.enter());
        for _ in 0..3 {
            assert!(agenda.compare(a, nothing()).is_ok());
        }
        assert!(agenda.compare(b, nothing()).is_ok());
        assert!(agenda.compile(c, false, nothing()).is_ok());
        assert!(agenda.compare(c, nothing()).is_ok());
        let order: Vec<_> = std::iter::from_fn(|| next(&mut agenda)).collect();
        let (compile, compare) = (Kind::Compilation, Kind::Comparison);
        let expected = [(a, compare), (b, compare), (c, compile), (a, compare)];
        assert_eq!(order[..4], expected);
        assert_eq!(order[4..], [(c, compare), (a, compare)]);
    }

    #[test]
    fn what_a_call_has_asked_for_goes_first_but_holds_nobody_up() {
        let mut agenda = Agenda::new();
        let [a, b] = [(); 2].map(|()| agenda.enter());
        for _ in 0..2 {
            assert!(agenda.compile(a, false, nothing()).is_ok());
            assert!(agenda.compile(b, true, nothing()).is_ok());
        }
        let order = [(); 4].map(|()| next(&mut agenda).unwrap().0);
        assert_eq!(order, [b, a, b, a]);
    }

    #[test]
    fn the_housekeeping_of_each_second_is_done_once_and_first() {
        let mut agenda = Agenda::new();
        let [a, b, c] = [(); 3].map(|()| agenda.enter());
        for id in [a, b] {
            drop(agenda.set_housekeeping(id, Some(Arc::new(|| true))));
        }
        assert!(agenda.compile(c, true, nothing()).is_ok());
        for _ in 0..2 {
            agenda.begin_second();
        }
        let order = [(); 4].map(|()| next(&mut agenda));
        let housekeeping = Kind::Housekeeping;
        let expected = [(a, housekeeping), (b, housekeeping), (c, Kind::Compilation)];
        assert_eq!(order[..3], expected.map(Some));
        assert_eq!(order[3], None);
    }

    #[test]
    fn too_many_comparisons_are_refused_and_those_of_others_are_not() {
        let mut agenda = Agenda::new();
        let [a, b] = [(); 2].map(|()| agenda.enter());
        for _ in 0..MOST_COMPARISONS {
            assert!(agenda.compare(a, nothing()).is_ok());
        }
        assert!(agenda.compare(a, nothing()).is_err());
        assert!(agenda.compare(b, nothing()).is_ok());
    }

    #[derive(Debug, Clone)]
    enum Step {
        Enter,
        Leave(usize),
        Compile(usize, bool),
        Compare(usize),
        Next,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let client = 0_usize..5;
        let step = prop_oneof![
            1 => Just(Step::Enter),
            1 => client.clone().prop_map(Step::Leave),
            4 => (client.clone(), any::<bool>()).prop_map(|(id, urgent)| Step::Compile(id, urgent)),
            4 => client.prop_map(Step::Compare),
            6 => Just(Step::Next),
        ];
        proptest::collection::vec(step, 0..200)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(0),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Whatever comes and goes: nothing is lost, nothing is done for a client that has left, and
        /// nobody who waits is passed over by as many jobs as two rounds have.
        #[test]
        fn everybody_is_served_within_two_rounds(steps in steps()) {
            let mut agenda = Agenda::new();
            // Of each client that is there: jobs that wait, and jobs of others since it was served.
            let mut clients: Vec<(ClientId, usize, usize)> = Vec::new();
            let drain = std::iter::repeat_n(Step::Next, 400);
            for step in steps.into_iter().chain(drain) {
                match step {
                    Step::Enter if clients.len() < 5 => clients.push((agenda.enter(), 0, 0)),
                    Step::Leave(which) if which < clients.len() => {
                        let (id, ..) = clients.remove(which);
                        prop_assert!(agenda.leave(id).is_some());
                        prop_assert!(agenda.leave(id).is_none());
                        prop_assert!(agenda.compile(id, true, nothing()).is_err());
                        prop_assert!(agenda.compare(id, nothing()).is_err());
                    }
                    Step::Compile(which, urgent) => if let Some(client) = clients.get_mut(which) {
                        prop_assert!(agenda.compile(client.0, urgent, nothing()).is_ok());
                        client.1 += 1;
                    },
                    Step::Compare(which) => if let Some(client) = clients.get_mut(which) {
                        client.1 += usize::from(agenda.compare(client.0, nothing()).is_ok());
                    },
                    Step::Enter | Step::Leave(_) => {}
                    Step::Next => {
                        let served = next(&mut agenda).map(|(id, _)| id);
                        let waits = clients.iter().any(|(_, jobs, _)| *jobs > 0);
                        prop_assert_eq!(served.is_some(), waits);
                        for (id, jobs, passed) in &mut clients {
                            if served == Some(*id) {
                                *jobs -= 1;
                                *passed = 0;
                            } else if *jobs > 0 {
                                *passed += 1;
                                prop_assert!(*passed <= 2 * 5 + 1, "passed over {} times", passed);
                            }
                        }
                    }
                }
            }
            prop_assert!(clients.iter().all(|(_, jobs, _)| *jobs == 0));
            prop_assert_eq!(agenda.is_empty(), clients.is_empty());
        }
    }
}
