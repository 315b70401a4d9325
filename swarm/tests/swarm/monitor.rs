//! The monitor: what processes add, what reports say, and what alerts become.

use std::time::Duration;

use kilowat::{EngineKind, Runtime};
use kilowat_swarm::clock::Moment;
use kilowat_swarm::messenger::{Fate, Message};
use kilowat_swarm::monitor::{
    self, AlertState, Budget, Count, Grade, HookReport, Report, Run, Trend, WINDOW,
};
use kilowat_swarm::{Error, Swarm};
use rusqlite::Connection;

use super::Folder;

const MILLI: Duration = Duration::from_millis(1);

fn hook<'r>(report: &'r Report, name: &str) -> &'r HookReport {
    let hook = report.hooks.iter().find(|hook| hook.name == name);
    hook.unwrap_or_else(|| panic!("there is no {name} in {report:?}"))
}

fn report(swarm: &Swarm) -> Report {
    swarm.monitor().store().unwrap();
    swarm.monitor().report(WINDOW).unwrap()
}

/// Nanoseconds that are within a hundredth.
fn about(nanos: u64, expected: Duration) -> bool {
    let expected = u64::try_from(expected.as_nanos()).unwrap();
    nanos.abs_diff(expected) <= expected / 100
}

#[test]
fn processes_add_to_the_same_minute() {
    let folder = Folder::new();
    let (one, other) = (folder.open(), folder.open());
    for millis in 1..=10 {
        one.monitor().record(&Run::new("lint", MILLI * millis));
        let run = Run::new("lint", MILLI * (millis + 10));
        other.monitor().record(&run.failed());
    }
    one.monitor().store().unwrap();
    let report = report(&other);
    let lint = hook(&report, "lint");
    assert_eq!((lint.n, lint.errors), (20, 10));
    assert!(about(lint.p50, MILLI * 10), "{lint:?}");
    assert!(about(lint.p95, MILLI * 19), "{lint:?}");
    assert!(about(lint.max, MILLI * 20), "{lint:?}");
    assert_eq!((lint.grade, lint.trend), (None, Trend::TooFew));
    // Nothing is counted twice.
    assert_eq!(hook(&self::report(&one), "lint").n, 20);
}

#[test]
fn budgets_trends_and_recommendations() {
    let folder = Folder::new();
    let swarm = folder.open();
    let monitor = swarm.monitor();
    let run = |millis: u32| {
        let run = Run::new("post-edit", MILLI * millis);
        run.step("rules", MILLI)
            .step("format", MILLI * (millis - 1))
    };
    (0..40).for_each(|_| monitor.record(&run(4)));
    monitor.store().unwrap();
    folder.clock.advance(WINDOW);
    (0..40).for_each(|_| monitor.record(&run(12)));
    let report = self::report(&swarm);
    let post_edit = hook(&report, "post-edit");
    assert_eq!(post_edit.n, 40);
    assert_eq!(post_edit.grade, Some(Grade::Slow));
    let Trend::Slower { ratio } = post_edit.trend else {
        panic!("{:?}", post_edit.trend);
    };
    assert!((2.9..3.1).contains(&ratio), "{ratio}");
    let recommendation = &report.recommendations[0];
    assert_eq!(
        (&*recommendation.hook, &*recommendation.step),
        ("post-edit", "format")
    );
    assert!((recommendation.share - 11.0 / 12.0).abs() < 1e-9);
    // With another budget all is well.
    let budget = Budget {
        good: MILLI * 20,
        slow: MILLI * 30,
        critical: MILLI * 40,
    };
    let report = monitor.budget("post-edit", budget).report(WINDOW).unwrap();
    assert_eq!(hook(&report, "post-edit").grade, Some(Grade::Good));
    assert!(report.recommendations.is_empty());
}

#[test]
fn a_run_in_a_transaction_is_there_with_it() {
    let folder = Folder::new();
    let swarm = folder.open();
    let run = Run::new("hook", MILLI).step("a", MILLI);
    let undone = swarm.memory().transaction(|t| -> Result<(), Error> {
        t.record(&run)?;
        t.put("n", "bad name", &1).map(drop)
    });
    assert!(undone.is_err());
    let memory = swarm.memory();
    memory.transaction(|t| t.record(&run)).unwrap();
    let error = memory
        .transaction(|t| t.record(&Run::new("no name", MILLI)))
        .unwrap_err();
    assert!(matches!(error, Error::Name(_)), "{error}");
    assert_eq!(hook(&report(&swarm), "hook").n, 1);
    let kept: i64 = Connection::open(swarm.place().database())
        .unwrap()
        .query_row("SELECT count(*) FROM runs", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn memory_and_messages_are_seen() {
    let folder = Folder::new();
    let swarm = folder.open();
    let memory = swarm.memory();
    memory.put("n", "k", &1).unwrap();
    memory.get::<u32>("n", "k").unwrap();
    let jobs = swarm.queue("jobs").open().unwrap();
    let message = || Message::json("t", &1).unwrap();
    jobs.send_batch(vec![message(), message(), message()])
        .unwrap();
    let consumer = jobs.consumer("c").unwrap();
    let deliveries = consumer.receive(3, Duration::ZERO).unwrap();
    let fates = [Fate::Done, Fate::Dead("no".into()), Fate::Back];
    let settled = deliveries.into_iter().zip(fates).collect();
    consumer.settle(settled).unwrap();
    let report = self::report(&swarm);
    for (name, n) in [
        (monitor::WRITE, 1),
        (monitor::READ, 1),
        (monitor::SEND, 1),
        (monitor::TAKE, 1),
        (monitor::SETTLE, 1),
    ] {
        assert_eq!(hook(&report, name).n, n, "{name}");
    }
    assert_eq!(report.count(monitor::SENT).n, 3);
    // What is given back was not tried.
    assert_eq!(report.deliveries().n, 2);
    assert_eq!(report.deliveries().errors, 1);
    let channel = &report.channels[0];
    assert_eq!((channel.stats.ready, channel.stats.dead), (1, 1));
    assert_eq!((channel.waited, channel.workers), (Some(0), 0));
    let total = |report: &Report| -> u64 { report.latest.values().map(|count| count.n).sum() };
    let before = total(&report);
    memory.put("n", "k", &2).unwrap();
    let after = self::report(&swarm);
    assert!(total(&after) > before);
    let hooks = after.latest.keys().map(|(hook, _)| hook.as_str());
    assert!(hooks.into_iter().any(|hook| hook == monitor::WRITE));
}

#[test]
fn tiers_are_counted_over_all_processes() {
    let folder = Folder::new();
    let interpreter = Runtime::with_engine(EngineKind::Interpreter).unwrap();
    let swarm = folder.builder().runtime(interpreter).open(&folder.place());
    let swarm = swarm.unwrap();
    swarm.memory().put("n", "k", &1).unwrap();
    swarm.monitor().store().unwrap();
    let alone = swarm.monitor().report(WINDOW).unwrap().tiers;
    assert!(alone.wasm > 0 && alone.native == 0, "{alone:?}");
    assert_eq!((alone.wasm_share, alone.error_rate), (Some(1.0), Some(0.0)));
    let native = folder.open();
    native.memory().put("n", "k", &2).unwrap();
    let tiers = report(&native).tiers;
    assert!(tiers.native > 0, "{tiers:?}");
    assert!(tiers.wasm_share.unwrap() < 1.0, "{tiers:?}");
}

#[test]
fn figures_are_said_and_get_old() {
    let folder = Folder::new();
    let swarm = folder.open();
    let monitor = swarm.monitor();
    monitor.set_gauge("coverage", 99.5, "ci").unwrap();
    monitor.set_gauge("coverage", 98.5, "ci").unwrap();
    let error = monitor.set_gauge("coverage", f64::NAN, "ci").unwrap_err();
    assert_eq!(error.to_string(), "gauge coverage: the value is not finite");
    assert!(monitor.set_gauge("no name", 1.0, "ci").is_err());
    let report = monitor.report(WINDOW).unwrap();
    assert_eq!(report.gauges.len(), 1);
    let value = |report: &Report| report.fresh_gauge("coverage").map(|gauge| gauge.value);
    assert_eq!(value(&report), Some(98.5));
    folder.clock.advance(Duration::from_hours(8 * 24));
    let report = monitor.report(WINDOW).unwrap();
    assert_eq!((value(&report), report.gauges.len()), (None, 1));
    assert!(monitor.delete_gauge("coverage").unwrap());
    assert!(!monitor.delete_gauge("coverage").unwrap());
}

#[test]
fn an_alert_fires_is_known_and_is_over() {
    let folder = Folder::new();
    let swarm = folder.open();
    let monitor = swarm.monitor();
    let watch = |swarm: &Swarm| {
        let monitor = swarm.monitor();
        let report = monitor.report(WINDOW).unwrap();
        monitor.watch(&report).unwrap()
    };
    assert!(watch(&swarm).alerts.is_empty());
    let jobs = swarm.queue("jobs").open().unwrap();
    jobs.send(Message::json("t", &1).unwrap()).unwrap();
    let consumer = jobs.consumer("c").unwrap();
    let mut deliveries = consumer.receive(1, Duration::ZERO).unwrap();
    deliveries.remove(0).dead("it is wrong").unwrap();
    let watched = watch(&swarm);
    assert_eq!(watched.changes.len(), 1);
    assert_eq!(watched.alerts[0].text, "channel jobs has 1 dead letter");
    assert_eq!(watched.alerts[0].state, AlertState::Firing);
    // Others who watch see the same, and nothing new.
    let other = folder.open();
    let watched = watch(&other);
    assert_eq!((watched.changes.len(), watched.alerts.len()), (0, 1));
    assert!(!monitor.acknowledge("dead-letters", "others").unwrap());
    assert!(monitor.acknowledge("dead-letters", "jobs").unwrap());
    let known = watch(&other).alerts[0].acknowledged;
    assert_eq!(known, Some(folder_now(&folder)));
    let letter = jobs.dead_letters(0, 1).unwrap()[0].number;
    jobs.drop_dead_letter(letter).unwrap();
    let watched = watch(&swarm);
    assert_eq!(watched.changes[0].state, AlertState::Resolved);
    assert!(!monitor.acknowledge("dead-letters", "jobs").unwrap());
    folder.clock.advance(Duration::from_hours(1));
    watch(&swarm);
    assert!(monitor.alerts().unwrap().is_empty());
}

fn folder_now(folder: &Folder) -> Moment {
    use kilowat_swarm::clock::Clock as _;

    folder.clock.now()
}

#[test]
fn a_queue_that_nobody_works_on_is_an_alert() {
    let folder = Folder::new();
    let swarm = folder.open();
    let monitor = swarm.monitor();
    let jobs = swarm.queue("jobs").open().unwrap();
    jobs.send(Message::json("t", &1).unwrap()).unwrap();
    let alerts = || {
        let report = monitor.report(WINDOW).unwrap();
        let watched = monitor.watch(&report).unwrap();
        let lag = watched.alerts.into_iter();
        lag.filter(|alert| alert.rule == "lag" && alert.state == AlertState::Firing)
            .count()
    };
    folder.clock.advance(Duration::from_secs(30));
    assert_eq!(alerts(), 0);
    folder.clock.advance(Duration::from_secs(1));
    assert_eq!(alerts(), 1);
    let agents = swarm.memory();
    let agents = agents.agents(kilowat_swarm::worker::WORKERS);
    let data = serde_json::json!({"channels": ["jobs"], "resident": 5_u64 << 30});
    agents.put("w", "worker", "running", &data).unwrap();
    assert_eq!(alerts(), 0, "there is a worker");
    let report = monitor.report(WINDOW).unwrap();
    assert_eq!(report.resident(), Some(5 << 30));
    folder.clock.advance(Duration::from_secs(16));
    assert_eq!(alerts(), 1, "it is gone");
}

#[test]
fn minutes_and_runs_are_removed_when_they_are_old() {
    let folder = Folder::new();
    let swarm = folder.open();
    let run = Run::new("h", MILLI).step("s", MILLI);
    swarm.monitor().record(&run);
    swarm.monitor().store().unwrap();
    let count = |table: &str| -> i64 {
        let connection = Connection::open(swarm.place().database()).unwrap();
        let select = format!("SELECT count(*) FROM {table} WHERE hook = 'h'");
        connection.query_row(&select, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("minutes"), count("runs")), (1, 1));
    let write = || swarm.memory().put("n", "k", &1).unwrap();
    folder.clock.advance(Duration::from_hours(25));
    write();
    assert_eq!((count("minutes"), count("runs")), (1, 0));
    assert_eq!(swarm.monitor().history("h", 30 * 60).unwrap().len(), 1);
    folder.clock.advance(Duration::from_hours(30 * 24));
    write();
    assert_eq!(count("minutes"), 0);
}

#[test]
fn what_a_process_has_done_last_is_stored_when_it_ends() {
    let folder = Folder::new();
    let swarm = folder.open();
    swarm.memory().put("n", "k", &1).unwrap();
    swarm.monitor().record(&Run::new("last", MILLI));
    drop(swarm);
    let swarm = folder.open();
    assert_eq!(hook(&report(&swarm), "last").n, 1);
    drop(swarm);
    // Who only reads changes nothing.
    let before = std::fs::read(folder.place().database()).unwrap();
    let swarm = folder.open();
    swarm.memory().get::<u32>("n", "k").unwrap();
    drop(swarm);
    assert_eq!(std::fs::read(folder.place().database()).unwrap(), before);
}

#[test]
fn a_damaged_minute_is_said_and_does_not_stop_others() {
    let folder = Folder::new();
    let swarm = folder.open();
    swarm.monitor().record(&Run::new("h", MILLI));
    swarm.monitor().store().unwrap();
    let connection = Connection::open(swarm.place().database()).unwrap();
    connection
        .execute("UPDATE minutes SET histogram = x'80' WHERE hook = 'h'", [])
        .unwrap();
    let error = swarm.monitor().report(WINDOW).unwrap_err();
    let text = "minute durations of h is damaged: its durations cannot be read";
    assert_eq!(error.to_string(), text);
    assert!(swarm.monitor().history("h", 1).is_err());
    swarm.monitor().record(&Run::new("h", MILLI));
    let report = self::report(&swarm);
    assert_eq!(hook(&report, "h").n, 2, "the count was not damaged");
    assert_eq!(report.count(monitor::DAMAGED).n, 2);
    assert_eq!(report.count("nothing"), Count::default());
}
