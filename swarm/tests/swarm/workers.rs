//! Workers, and the programs that they run.

use std::fs;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use kilowat_swarm::Swarm;
use kilowat_swarm::clock::SystemClock;
use kilowat_swarm::messenger::{Channel, Fate, Message, Queue};
use kilowat_swarm::worker::{Program, Report, WORKERS, Worker};

use super::Folder;

/// There is nothing more to do.
const IDLE: Duration = Duration::from_millis(30);

fn by_the_machine(folder: &Folder) -> Swarm {
    folder
        .builder()
        .clock(SystemClock)
        .open(&folder.place())
        .unwrap()
}

/// A queue with messages of these bodies, each of which is tried once.
fn queue(swarm: &Swarm, bodies: &[&str]) -> Channel<Queue> {
    let queue = swarm.queue("jobs").attempts(1).open().unwrap();
    let message = |body: &&str| Message::bytes("job", body.as_bytes().to_vec());
    queue
        .send_batch(bodies.iter().map(message).collect())
        .unwrap();
    queue
}

fn shell(script: &str) -> Program {
    Program::new("sh", ["-c", script]).patience(Duration::from_millis(100))
}

fn run(swarm: &Swarm, program: Program) -> Report {
    Worker::new(swarm)
        .run_program("jobs", program)
        .idle(IDLE)
        .run()
        .unwrap()
}

/// Why the only dead letter is one.
fn why(queue: &Channel<Queue>) -> String {
    let dead = queue.dead_letters(0, 9).unwrap();
    assert_eq!(dead.len(), 1);
    dead[0].why.clone()
}

#[test]
fn each_message_comes_to_its_handler() {
    let folder = Folder::new();
    let swarm = folder.open();
    let texts: Vec<_> = (0..100).map(|number| number.to_string()).collect();
    let jobs = queue(
        &swarm,
        &texts.iter().map(|text| &**text).collect::<Vec<_>>(),
    );
    let others = swarm.queue("others").open().unwrap();
    others.send(Message::bytes("other", b"o".to_vec())).unwrap();
    let (done, all) = channel();
    let also = done.clone();
    let worker = Worker::new(&swarm)
        .handle("jobs", move |delivery| {
            let text = String::from_utf8(delivery.message().body.clone()).unwrap();
            done.send(text).map_err(|_| "nobody listens")
        })
        .handle("others", move |_| {
            also.send("other".to_owned()).map_err(|_| "nobody listens")
        });
    let report = worker.slots(8).idle(IDLE).run().unwrap();
    assert_eq!((report.done, report.retried, report.dead), (101, 0, 0));
    let mut all: Vec<_> = all.try_iter().collect();
    all.sort_by_key(|text| text.parse().unwrap_or(999));
    let mut expected = texts;
    expected.push("other".to_owned());
    assert_eq!(all, expected);
    assert_eq!(jobs.stats().unwrap().unwrap().held, 0);
}

#[test]
fn what_fails_and_what_panics_is_tried_again_and_then_given_up() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["fails", "panics", "gives up"]);
    let worker =
        Worker::new(&swarm).handle("jobs", |delivery| match &delivery.message().body[..] {
            b"panics" => panic!("on purpose"),
            b"fails" => Fate::from(Err("it is broken")),
            _ => Fate::Dead("it never worked".to_owned()),
        });
    let report = worker.idle(IDLE).run().unwrap();
    assert_eq!((report.done, report.dead), (0, 3));
    let dead = jobs.dead_letters(0, 9).unwrap();
    let mut reasons: Vec<_> = dead.iter().map(|letter| &*letter.why).collect();
    reasons.sort_unstable();
    let expected = [
        "it is broken",
        "it never worked",
        "its handler has panicked: on purpose",
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn a_lease_lasts_as_long_as_the_work() {
    let folder = Folder::new();
    let swarm = by_the_machine(&folder);
    let jobs = swarm
        .queue("jobs")
        .lease(Duration::from_millis(400))
        .open()
        .unwrap();
    jobs.send(Message::bytes("job", Vec::new())).unwrap();
    let other = jobs.consumer("other").unwrap();
    let (begun, begins) = channel();
    let worker = Worker::new(&swarm).handle("jobs", move |_| {
        begun.send(()).unwrap();
        thread::sleep(Duration::from_millis(1_200));
        Fate::Done
    });
    let worker = thread::spawn(move || worker.idle(IDLE).run().unwrap());
    begins.recv().unwrap();
    assert!(other.receive(1, Duration::from_secs(1)).unwrap().is_empty());
    assert_eq!(worker.join().unwrap().done, 1);
}

#[test]
fn who_has_slept_too_long_has_lost_it() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["job"]);
    let jobs = {
        drop(jobs);
        swarm.queue("jobs").attempts(5).open().unwrap()
    };
    let (begun, begins) = channel();
    let (go_on, goes_on) = channel::<()>();
    let goes_on = Mutex::new(goes_on);
    let worker = Worker::new(&swarm).handle("jobs", move |_| {
        begun.send(()).unwrap();
        goes_on.lock().unwrap().recv().unwrap();
        Fate::Done
    });
    let worker = thread::spawn(move || worker.idle(IDLE).run().unwrap());
    begins.recv().unwrap();
    folder.clock.advance(Duration::from_secs(31));
    let taken = jobs
        .consumer("other")
        .unwrap()
        .receive(1, Duration::ZERO)
        .unwrap();
    go_on.send(()).unwrap();
    let report = worker.join().unwrap();
    assert_eq!((report.done, report.lost), (0, 1));
    for delivery in taken {
        assert_eq!(delivery.attempt(), 2);
        delivery.ack().unwrap();
    }
}

#[test]
fn a_worker_that_is_stopped_gives_back_what_it_has() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["a", "b"]);
    let worker = Worker::new(&swarm)
        .name("w-1")
        .run_program("jobs", shell("sleep 60"));
    let worker = worker.grace(Duration::from_millis(200));
    let stopper = worker.stopper();
    let began = Instant::now();
    let worker = thread::spawn(move || worker.run().unwrap());
    while jobs.stats().unwrap().unwrap().taken == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    // It says what it does behind what it does.
    let memory = swarm.memory();
    let agents = loop {
        let agents = memory.agents(WORKERS);
        let agents = agents.list::<serde_json::Value>(None).unwrap();
        if !agents.is_empty() {
            break agents;
        }
        thread::sleep(Duration::from_millis(2));
    };
    assert_eq!((&*agents[0].id, &*agents[0].status), ("w-1", "running"));
    assert_eq!(agents[0].data["channels"][0], "jobs");
    stopper.stop();
    let report = worker.join().unwrap();
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!((report.done, report.given_back), (0, 1));
    let deliveries = jobs
        .consumer("next")
        .unwrap()
        .receive(9, Duration::ZERO)
        .unwrap();
    let attempts: Vec<_> = deliveries
        .iter()
        .map(kilowat_swarm::messenger::Delivery::attempt)
        .collect();
    assert_eq!(attempts, [1, 1], "at once, and no attempt is counted");
    assert!(
        swarm
            .memory()
            .agents(WORKERS)
            .get::<serde_json::Value>("w-1")
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_is_under_way_has_its_time_to_end() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["a", "b"]);
    let (begun, begins) = channel();
    let worker = Worker::new(&swarm).handle("jobs", move |_| {
        begun.send(()).unwrap();
        thread::sleep(Duration::from_millis(100));
        Fate::Done
    });
    let stopper = worker.stopper();
    let worker = thread::spawn(move || worker.run().unwrap());
    begins.recv().unwrap();
    stopper.stop();
    let report = worker.join().unwrap();
    assert_eq!((report.done, report.given_back), (1, 0));
    assert_eq!(
        jobs.stats().unwrap().unwrap().ready,
        1,
        "nothing new was begun"
    );
}

#[test]
fn programs_get_the_message_and_say_what_becomes_of_it() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = swarm.queue("jobs").attempts(1).open().unwrap();
    let message = Message::bytes("job", b"the body".to_vec())
        .key("k-1")
        .from("me");
    let id = jobs.send(message).unwrap().id();
    let file = folder.path("seen");
    let script = format!(
        "{{ cat; echo; echo $KILOWAT_ID $KILOWAT_CHANNEL $KILOWAT_TYPE $KILOWAT_KEY $KILOWAT_FROM \
         $KILOWAT_ATTEMPT ${{KILOWAT_TO-none}}; }} > {}",
        file.display()
    );
    assert_eq!(run(&swarm, shell(&script)).done, 1);
    let seen = fs::read_to_string(file).unwrap();
    assert_eq!(seen, format!("the body\n{id} jobs job k-1 me 1 none\n"));
}

#[test]
fn how_a_program_ends_decides() {
    for (script, is_done, expected) in [
        ("exit 0", true, ""),
        (
            "echo bad >&2; exit 65",
            false,
            "sh says that the message is wrong: bad",
        ),
        (
            "echo down >&2; exit 7",
            false,
            "sh has ended with status 7: down",
        ),
        ("kill -9 $$", false, "sh was ended by signal 9"),
    ] {
        let folder = Folder::new();
        let swarm = folder.open();
        // Longer than a pipe holds, and nobody reads it.
        let jobs = queue(&swarm, &[&"x".repeat(200_000)]);
        let report = run(&swarm, shell(script));
        assert_eq!(
            (report.done, report.dead),
            (u64::from(is_done), u64::from(!is_done)),
            "{script}"
        );
        if !is_done {
            assert_eq!(why(&jobs), expected);
        }
    }
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["job"]);
    run(&swarm, Program::new("/no/such/program", [""; 0]));
    assert!(why(&jobs).starts_with("/no/such/program could not be started: "));
}

#[test]
fn a_program_that_hangs_is_ended_with_all_that_it_has_started() {
    let folder = Folder::new();
    let swarm = folder.open();
    let jobs = queue(&swarm, &["job"]);
    let pids = folder.path("pids");
    // It takes no notice of being asked to end, and neither does what it has started.
    let script = format!(
        "trap '' TERM; sleep 600 & echo $! > {0}; echo $$ >> {0}; while :; do sleep 600; done",
        pids.display()
    );
    let program = shell(&script).longest(Duration::from_millis(300));
    let began = Instant::now();
    assert_eq!(run(&swarm, program).dead, 1);
    assert!(began.elapsed() < Duration::from_mins(1));
    assert_eq!(why(&jobs), "sh was ended after 0.3 s");
    for pid in fs::read_to_string(pids).unwrap().lines() {
        assert!(is_gone(pid), "{pid}");
    }
}

#[test]
fn what_a_program_leaves_behind_goes_with_it() {
    let folder = Folder::new();
    let swarm = folder.open();
    queue(&swarm, &["job"]);
    let pid = folder.path("pid");
    // It keeps the outputs open.
    let script = format!("sleep 600 & echo $! > {}", pid.display());
    let began = Instant::now();
    assert_eq!(run(&swarm, shell(&script)).done, 1);
    assert!(began.elapsed() < Duration::from_mins(1));
    assert!(is_gone(fs::read_to_string(pid).unwrap().trim()));
}

#[test]
fn a_program_that_floods_is_ended() {
    for script in ["yes", "yes >&2", "head -c 100000 /dev/zero"] {
        let folder = Folder::new();
        let swarm = folder.open();
        let jobs = queue(&swarm, &["job"]);
        run(&swarm, shell(script).most_output(50_000));
        let why = why(&jobs);
        let expected = "sh was ended as it has written more than 50000 bytes";
        assert!(why.starts_with(expected), "{script}: {why}");
    }
}

#[test]
fn what_a_program_writes_is_the_answer() {
    let folder = Folder::new();
    let swarm = by_the_machine(&folder);
    let jobs = swarm.queue("jobs").open().unwrap();
    let worker = Worker::new(&swarm).run_program("jobs", shell("tr a-z A-Z"));
    let stopper = worker.stopper();
    let worker = thread::spawn(move || worker.run().unwrap());
    let request = Message::bytes("job", b"stop\n".to_vec());
    let answer = jobs
        .request(request, Duration::from_mins(1))
        .unwrap()
        .unwrap();
    assert_eq!(answer.body, b"STOP\n");
    stopper.stop();
    assert_eq!(worker.join().unwrap().done, 1);
}

/// Whether a process has ended: it is nobody's child any more, and may not be reaped yet.
fn is_gone(pid: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        let has_ended = stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z "));
        if has_ended || Instant::now() > until {
            return has_ended;
        }
        thread::sleep(Duration::from_millis(2));
    }
}
