//! What the monitor says of a swarm whose messages are in a Redis.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::Swarm;
use kilowat_swarm::messenger::Fate;
use kilowat_swarm::monitor::{AlertState, Report, WINDOW};
use kilowat_swarm::worker::Worker;

use super::super::super::Folder;
use super::super::numbered;
use super::Server;

const LAG: Duration = Duration::from_secs(31);

/// The subjects of the alerts of a rule that fire.
fn fires(swarm: &Swarm, rule: &str) -> Vec<String> {
    let monitor = swarm.monitor();
    let report = monitor.report(WINDOW).unwrap();
    let alerts = monitor.watch(&report).unwrap().alerts.into_iter();
    let firing = alerts.filter(|alert| alert.rule == rule && alert.state == AlertState::Firing);
    firing.map(|alert| alert.subject).collect()
}

fn channels(report: &Report) -> Vec<(&str, bool, u64)> {
    let channels = report.channels.iter();
    channels
        .map(|it| (&*it.stats.channel, it.is_local, it.workers))
        .collect()
}

#[test]
fn a_report_has_the_channels_and_workers_of_all_machines() {
    let Some(server) = Server::start() else {
        return;
    };
    let machines = [Folder::new(), Folder::new()];
    let [here, there] = machines.each_ref().map(|folder| {
        let builder = folder.builder().redis(Some(server.address()));
        builder.open(&folder.place()).unwrap()
    });
    let jobs = here.queue("jobs").open().unwrap();
    jobs.send(numbered(1)).unwrap();
    let files = here.local().queue("files").open().unwrap();
    files.send(numbered(2)).unwrap();
    // One of the same name that was there before the Redis.
    here.local().queue("jobs").open().unwrap();
    let report = || here.monitor().report(WINDOW).unwrap();
    assert_eq!(
        channels(&report()),
        [("files", true, 0), ("jobs", false, 0)]
    );
    assert!(report().workers.is_empty());
    assert_eq!(report().redis.unwrap().problem, None);
    assert!(fires(&here, "lag").is_empty());
    for machine in &machines {
        machine.clock.advance(LAG);
    }
    assert_eq!(report().channels[1].waited, Some(31_000));
    assert_eq!(fires(&here, "lag"), ["files", "jobs"]);

    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let worker = Worker::new(&there).name("w-1");
    let worker = worker.handle("jobs", move |_| {
        // Where the test has failed, nobody says so.
        let _ = gone.lock().unwrap().recv();
        Fate::Done
    });
    let stopper = worker.stopper();
    thread::scope(|scope| {
        let go = go;
        let running = scope.spawn(|| worker.run().unwrap());
        let began = Instant::now();
        let seen = loop {
            let report = report();
            if !report.workers.is_empty() {
                break report;
            }
            assert!(began.elapsed() < Duration::from_secs(20));
            thread::sleep(Duration::from_millis(5));
        };
        let worker = &seen.workers[0];
        assert_eq!((&*worker.name, &*worker.status), ("w-1", "running"));
        assert!(worker.is_there);
        assert_eq!(worker.channels, ["jobs"]);
        assert_eq!(channels(&seen), [("files", true, 0), ("jobs", false, 1)]);
        assert_eq!(fires(&here, "lag"), ["files"]);
        drop(go);
        stopper.stop();
        running.join().unwrap();
    });
    assert!(report().workers.is_empty(), "it has said so");
}

#[test]
fn a_report_is_there_when_the_redis_is_not() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let folder = Folder::new();
    let builder = folder.builder().redis(Some(server.address()));
    let swarm = builder.open(&folder.place()).unwrap();
    let jobs = swarm.queue("jobs").open().unwrap();
    swarm.local().queue("files").open().unwrap();
    swarm.memory().put("n", "k", &1).unwrap();
    server.kill();
    let report = swarm.monitor().report(WINDOW).unwrap();
    let problem = report.redis.as_ref().unwrap().problem.clone().unwrap();
    assert!(problem.contains("does not answer"), "{problem}");
    assert_eq!(channels(&report), [("files", true, 0)]);
    assert!(report.database.bytes > 0);
    assert!(fires(&swarm, "redis").is_empty(), "it may come back");
    folder.clock.advance(Duration::from_secs(11));
    let address = report.redis.unwrap().address;
    assert_eq!(fires(&swarm, "redis"), [address]);
    server.restart();
    let began = Instant::now();
    while !fires(&swarm, "redis").is_empty() {
        assert!(began.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(20));
    }
    // It may have forgotten its last second.
    jobs.send(numbered(1)).unwrap();
    let report = swarm.monitor().report(WINDOW).unwrap();
    assert_eq!(channels(&report), [("files", true, 0), ("jobs", false, 0)]);
}
