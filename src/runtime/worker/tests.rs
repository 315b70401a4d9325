//! Each test has a thread of its own, so that none waits for another.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::{Cache, Preload, Runtime};

fn service() -> &'static Service {
    Box::leak(Box::new(Service::new()))
}

/// Keeps the thread busy until the sender is gone, and returns when it is.
fn occupy(worker: &Worker) -> Sender<()> {
    let (begun, begins) = channel();
    let (held, holds): (Sender<()>, Receiver<()>) = channel();
    worker.compile(true, move || {
        begun.send(()).unwrap();
        let _ = holds.recv();
    });
    begins.recv().unwrap();
    held
}

/// A job that says its name.
fn named<T: Send + 'static>(name: T, log: &Sender<T>) -> impl FnOnce() + Send + 'static {
    let log = log.clone();
    move || log.send(name).unwrap()
}

/// Waits for the end of a thread that is about to end.
fn wait_for_the_end(service: &Service) {
    while service.state().thread.is_some() {
        thread::yield_now();
    }
}

#[test]
fn one_thread_serves_all_until_the_last_leaves_and_starts_again() {
    let service = service();
    for _ in 0..2 {
        let workers = [(); 20].map(|()| Worker::of(service));
        let (log, logged) = channel();
        for worker in &workers {
            let log = log.clone();
            worker.compile(false, move || log.send(thread::current().id()).unwrap());
        }
        drop(log);
        let threads: Vec<_> = logged.iter().collect();
        assert_eq!(threads.len(), 20);
        assert!(threads.iter().all(|thread| *thread == threads[0]));
        assert_ne!(threads[0], thread::current().id());
        drop(workers);
        wait_for_the_end(service);
    }
}

#[test]
fn leaving_waits_for_nothing_and_what_waited_never_runs() {
    let service = service();
    let [gone, stays] = [(); 2].map(|()| Worker::of(service));
    let (log, logged) = channel();
    let held = occupy(&gone);
    gone.compile(true, named("urgent", &log));
    gone.compile(false, named("compilation", &log));
    assert!(gone.compare(named("comparison", &log)));
    assert!(stays.compare(named("of the other", &log)));
    drop(gone); // while its job is under way
    drop(held);
    stays.wait_compared();
    drop(log);
    assert_eq!(logged.iter().collect::<Vec<_>>(), ["of the other"]);
}

#[test]
fn patience_has_an_end_and_is_not_used_up_when_the_job_is_done() {
    let service = service();
    let [first, second] = [(); 2].map(|()| Worker::of(service));
    let held = occupy(&first);
    first.leave(Duration::from_nanos(1));
    assert!(service.state().does(first.client, Kind::Compilation));
    drop(held);
    let held = occupy(&second);
    thread::scope(|scope| {
        scope.spawn(|| second.leave(Duration::MAX));
        while !service.state().agenda.is_empty() {
            thread::yield_now();
        }
        drop(held);
    });
    assert!(!service.state().does(second.client, Kind::Compilation));
}

#[test]
fn each_runtime_waits_for_its_own_jobs_only() {
    let service = service();
    let [busy, idle] = [(); 2].map(|()| Worker::of(service));
    let held = occupy(&busy);
    idle.wait_compiled();
    idle.wait_compared();
    let (log, logged) = channel();
    assert!(busy.compare(named(1, &log)));
    drop(held);
    busy.wait_compared();
    assert_eq!(logged.try_recv(), Ok(1));
}

#[test]
fn a_job_that_panics_ends_itself_and_nothing_else() {
    let service = service();
    let [one, other] = [(); 2].map(|()| Worker::of(service));
    one.set_housekeeping(|| panic!("on purpose"));
    service.state().agenda.begin_second();
    one.compile(false, || panic!("on purpose"));
    assert!(one.compare(|| panic!("on purpose")));
    one.wait_compiled();
    one.wait_compared();
    let (log, logged) = channel();
    for worker in [&one, &other] {
        assert!(worker.compare(named(1, &log)));
        worker.wait_compared();
        assert_eq!(logged.try_recv(), Ok(1));
    }
}

#[test]
fn housekeeping_ends_with_its_runtime_or_when_it_says_so() {
    let service = service();
    let [leaves, ends, stays] = [(); 3].map(|()| Worker::of(service));
    let (log, logged) = channel();
    for (name, worker, goes_on) in [
        ("leaves", &leaves, true),
        ("ends", &ends, false),
        ("stays", &stays, true),
    ] {
        let log = log.clone();
        worker.set_housekeeping(move || log.send(name).map(|()| goes_on).unwrap());
    }
    let second = || {
        let held = occupy(&stays);
        service.state().agenda.begin_second();
        drop(held);
        // The housekeeping that is due goes first.
        assert!(stays.compare(|| {}));
        stays.wait_compared();
        // On a slow machine a second of the clock may begin, too.
        logged.try_iter().collect::<BTreeSet<_>>()
    };
    assert!(second().into_iter().eq(["ends", "leaves", "stays"]));
    drop(leaves);
    // What was under way is done, and counted, after this.
    second();
    assert!(second().into_iter().eq(["stays"]));
}

#[test]
fn the_thread_does_what_it_would_wait_for() {
    let service = service();
    let [outer, inner] = [(); 2].map(|()| Arc::new(Worker::of(service)));
    let (log, logged) = channel();
    let waits = {
        let (outer_again, inner) = (Arc::clone(&outer), Arc::clone(&inner));
        move || {
            inner.compile(true, named("compiled", &log));
            assert!(inner.compare(named("compared", &log)));
            inner.compile_on_the_thread();
            log.send("between").unwrap();
            inner.wait_compiled();
            inner.wait_compared();
            // Nor does it wait for itself in the end.
            outer_again.leave(Duration::MAX);
        }
    };
    assert!(outer.compare(waits));
    outer.wait_compared();
    let order: Vec<_> = logged.iter().collect();
    assert_eq!(order, ["compiled", "between", "compared"]);
}

#[test]
fn jobs_that_hold_other_runtimes_let_them_go() {
    let service = service();
    let [one, held] = [(); 2].map(|()| Worker::of(service));
    let busy = occupy(&one);
    one.compile(false, move || drop(held));
    drop(one);
    drop(busy);
    wait_for_the_end(service);
    assert!(service.state().agenda.is_empty());
}

#[test]
fn a_runtime_that_is_dropped_waits_for_no_compilation_and_begins_none() {
    let folder = tempfile::tempdir().unwrap();
    let [off, kept] = [Cache::Off, Cache::Folder(folder.path().join("cache"))].map(|cache| {
        let builder = Runtime::builder().ignore_environment().cache(cache);
        builder.modules(Preload::Nothing).build().unwrap()
    });
    let (off_held, kept_held) = (occupy_later(&off), occupy_later(&kept));
    for runtime in [off, kept] {
        runtime.load_module("sha256").unwrap();
        runtime.sha256(b"abc").unwrap(); // which asks for it once more
        drop(runtime);
    }
    drop((off_held, kept_held));
    let other = Worker::default();
    other.compile(false, || {});
    other.wait_compiled();
    assert!(!folder.path().join("cache").exists());
}

/// Keeps the thread that all runtimes share busy for this one, from its turn on.
fn occupy_later(runtime: &Runtime) -> Sender<()> {
    let (held, holds): (Sender<()>, Receiver<()>) = channel();
    runtime.shared.worker.compile(true, move || {
        let _ = holds.recv();
    });
    held
}
