//! The page, in a browser.

mod chromium;
mod pictures;

use std::time::{Duration, Instant};

use kilowat_dashboard::{Dashboard, Running};
use kilowat_swarm::Swarm;
use kilowat_swarm::messenger::redis::Address;
use kilowat_swarm::monitor::{HOOK_FAULTS, Run};
use kilowat_swarm::rollback::Switches;
use kilowat_swarm::worker::WORKERS;
use serde_json::json;

use super::client::Client;
use super::{Folder, NATIVE, started};
use chromium::Chromium;

const LIVE: &str = "document.querySelector('#link').textContent === 'live'";

/// A browser that shows the page of a swarm, and may change something.
fn shown(folder: &Folder) -> Option<(Chromium, Running, Client)> {
    let mut chromium = Chromium::start()?;
    let (running, client) = folder.start();
    chromium.open(&running.link());
    chromium.wait(LIVE);
    Some((chromium, running, client))
}

/// Whether something is drawn in a chart.
fn is_drawn(chart: &str) -> String {
    format!(
        "(() => {{ const canvas = document.querySelector('#{chart} canvas');
           if (!canvas) return false;
           const copy = document.createElement('canvas');
           [copy.width, copy.height] = [canvas.width, canvas.height];
           const context = copy.getContext('2d', {{ willReadFrequently: true }});
           context.drawImage(canvas, 0, 0);
           const data = context.getImageData(0, 0, copy.width, copy.height).data;
           return data.some((value) => value !== 0); }})()"
    )
}

#[test]
fn tiles_fill_and_charts_draw() {
    let folder = Folder::new();
    let monitor = folder.swarm.monitor();
    monitor.set_gauge("speedup", 53.25, "verify").unwrap();
    monitor.set_gauge("speedup.mean", 60.5, "verify").unwrap();
    monitor.set_gauge("documentation", 97.0, "ci").unwrap();
    for _ in 0..40 {
        let run = Run::new("post-edit", Duration::from_millis(12));
        let run = run.step("format", Duration::from_millis(9));
        monitor.record(&run.step("rules", Duration::from_millis(1)));
    }
    monitor.count(HOOK_FAULTS, 2, 2);
    folder.swarm.memory().put("n", "k", &1).unwrap();
    monitor.store().unwrap();
    folder.inject_dead_letter("jobs");
    let Some((mut chromium, _running, client)) = shown(&folder) else {
        return;
    };
    let page = chromium.evaluate(
        "(() => { const load = performance.getEntriesByType('navigation')[0]; return load.loadEventEnd; })()",
    );
    // How long that may take is a matter of the machine, and of what else it does.
    println!("page ready after {page} ms");
    for (tile, figure, badge) in [
        ("speedup", "53.3×", "met"),
        ("wasm", "0 %", "missed"),
        ("errors", "0 %", "met"),
        ("hooks", "12.1 ms", "slow"),
        ("step", "format", ""),
        ("outbox", "0", ""),
        ("workers", "none is there", ""),
        ("tasks", "0", ""),
        ("coverage", "not measured here", "not measured"),
        ("documentation", "97 %", "missed"),
    ] {
        let figure_found = chromium.text(&format!("#tile-{tile} .figure"));
        let badge_found = chromium.text(&format!("#tile-{tile} .badge"));
        assert_eq!((&*figure_found, &*badge_found), (figure, badge), "{tile}");
    }
    let more = chromium.text("#tile-speedup .more");
    assert!(
        more.starts_with("plain mean 60.5×; target 52×; 20"),
        "{more}"
    );
    let more = chromium.text("#tile-hooks .more");
    let words = "p95 of 40 in 5 min, 2 answers were not given; target 3 ms";
    assert_eq!(more, words);
    let more = chromium.text("#tile-step .more");
    assert_eq!(more, "of post-edit: 90.00 % of its time, 9 ms in the mean");
    let advice = chromium.text("#advice li");
    let words = "post-edit is slow: its step format takes 90.00 % of the time, 9 ms in the mean.";
    assert_eq!(advice, words);
    for chart in ["messages", "backlog", "memory", "hooks", "history"] {
        chromium.wait(&is_drawn(&format!("chart-{chart}")));
        let label = format!("document.querySelector('#chart-{chart}').getAttribute('aria-label')");
        let label = chromium.evaluate(&label);
        assert!(label.as_str().unwrap().starts_with("Now: "), "{label}");
    }
    let hooks = chromium.text("#hooks tbody");
    assert!(
        hooks.contains("post-edit") && hooks.contains("memory.write"),
        "{hooks}"
    );
    assert!(chromium.text("#channels tbody").starts_with("jobsqueue"));
    // Nothing is complained of, and nothing comes from elsewhere.
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
    let addresses = chromium.addresses();
    assert!(addresses.len() >= 8, "{addresses:?}");
    let own = format!("{}/", client.origin());
    assert!(
        addresses.iter().all(|address| address.starts_with(&own)),
        "{addresses:?}"
    );
}

#[test]
fn a_fault_is_shown_within_two_seconds_and_acknowledged() {
    let folder = Folder::new();
    let Some((mut chromium, _running, _)) = shown(&folder) else {
        return;
    };
    assert_eq!(chromium.text("#alerts"), "Nothing is wrong.");
    let began = Instant::now();
    folder.inject_dead_letter("jobs");
    chromium.wait("document.querySelector('#alerts .firing')");
    let took = began.elapsed();
    println!("a fault was shown after {} ms", took.as_millis());
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(
        chromium.text("#alerts .what"),
        "channel jobs has 1 dead letter"
    );
    assert_eq!(chromium.text("title"), "(1) kilowat: the swarm");
    // By the keyboard alone: the first stop leads past the head, the next ones to what there is to do.
    let stop = |chromium: &mut Chromium| {
        for kind in ["keyDown", "keyUp"] {
            let key =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            chromium.call("Input.dispatchKeyEvent", key);
        }
        let stop = chromium.evaluate("document.activeElement.textContent");
        stop.as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(stop(&mut chromium), "Skip to the figures");
    assert_eq!(stop(&mut chromium), "Acknowledge");
    let name = chromium.evaluate("document.activeElement.getAttribute('aria-label')");
    assert_eq!(name, "Acknowledge: channel jobs has 1 dead letter");
    // It stays where it is while figures change.
    folder.inject_dead_letter("jobs");
    chromium.wait("document.querySelector('#alerts .what').textContent.includes('2 dead')");
    assert_eq!(
        chromium.evaluate("document.activeElement.textContent"),
        "Acknowledge"
    );
    for kind in ["keyDown", "keyUp"] {
        let key = json!({"type": kind, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
        chromium.call("Input.dispatchKeyEvent", key);
    }
    chromium.wait("document.querySelector('#alerts .known')");
    assert!(
        folder.swarm.monitor().alerts().unwrap()[0]
            .acknowledged
            .is_some()
    );
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn who_is_not_known_only_looks() {
    let folder = Folder::new();
    folder.inject_dead_letter("jobs");
    let Some(mut chromium) = Chromium::start() else {
        return;
    };
    let (running, _) = folder.start();
    chromium.open(&running.url());
    chromium.wait("document.querySelector('#alerts .firing button')?.disabled");
    chromium.wait(
        "[...document.querySelectorAll('#switches button')].every((button) => button.disabled)",
    );
    chromium.wait("!document.querySelector('#kernels-hint').hidden");
    let hint = "!document.querySelector('#alerts-hint').hidden";
    chromium.wait(hint);
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn kernels_are_switched_off_and_on_by_two_clicks() {
    let folder = Folder::new();
    let Some((mut chromium, _running, _)) = shown(&folder) else {
        return;
    };
    let allows = || Switches::of(folder.swarm.place()).unwrap().messages != Some(false);
    chromium.wait("document.querySelector('#processes tbody td:nth-child(4)')");
    assert_eq!(chromium.text("#switches li:nth-child(2) .badge"), "on");
    let click = |chromium: &mut Chromium, words: &str| {
        let button = format!(
            "[...document.querySelectorAll('#switches li:nth-child(2) button')].find((button) => button.textContent === '{words}')"
        );
        chromium.wait(&format!("{button} && !{button}.disabled"));
        chromium.evaluate(&format!("{button}.click()"));
    };
    // Who has clicked by mistake says so.
    click(&mut chromium, "Switch off");
    assert!(allows());
    click(&mut chromium, "No");
    click(&mut chromium, "Switch off");
    assert_eq!(chromium.text("#switches .sure"), "off in all processes?");
    click(&mut chromium, "Yes");
    chromium.wait("document.querySelector('#switched').textContent.startsWith('messages: kernels are off in 1 process, after ')");
    chromium
        .wait("document.querySelector('#switches li:nth-child(2) .badge').textContent === 'off'");
    assert!(!allows());
    // The others are as they were.
    assert_eq!(chromium.text("#switches li:nth-child(1) .badge"), "on");
    click(&mut chromium, "Switch on");
    click(&mut chromium, "Yes");
    chromium
        .wait("document.querySelector('#switches li:nth-child(2) .badge').textContent === 'on'");
    assert!(allows());
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn what_waits_for_a_redis_has_a_tile() {
    let folder = Folder::new();
    let Some((mut chromium, _running, _)) = shown(&folder) else {
        return;
    };
    super::rollback::spool(&folder, folder.swarm.now().0 - 90_000);
    chromium.wait("document.querySelector('#tile-outbox .figure').textContent === '1'");
    let more = chromium.text("#tile-outbox .more");
    assert!(
        more.starts_with("sent, and wait for the Redis, up to ") && more.ends_with("; 5 B"),
        "{more}"
    );
    assert_eq!(chromium.text("#tile-outbox .badge"), "no Redis");
    assert_eq!(
        chromium.evaluate("document.querySelector('#tile-outbox').className"),
        "tile bad"
    );
    chromium.wait("document.querySelector('#alerts .firing')");
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn it_says_that_a_redis_does_not_answer_and_shows_the_rest() {
    let folder = Folder::new();
    let nobody = Address::new("unix:/nowhere/redis.sock").unwrap();
    let builder = Swarm::builder().runtime(NATIVE.clone());
    let builder = builder.daily_backups(false).redis(Some(nobody));
    let swarm = builder.open(folder.swarm.place()).unwrap();
    folder.swarm.queue("files").open().unwrap();
    let Some(mut chromium) = Chromium::start() else {
        return;
    };
    let (running, _) = started(Dashboard::new(&swarm).port(0));
    chromium.open(&running.link());
    chromium.wait("document.querySelector('#channels tbody td')");
    let channel = chromium.text("#channels tbody td");
    assert_eq!(channel, "files (this machine)");
    let words = chromium.text("#error");
    let beginning = "What the Redis has is not known: unix:/nowhere/redis.sock does not answer";
    assert!(words.starts_with(beginning), "{words}");
    assert_eq!(
        chromium.evaluate("document.querySelector('#error').hidden"),
        false
    );
    assert_eq!(chromium.text("#tile-tasks .figure"), "0");
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn it_comes_back_when_the_dashboard_does() {
    let folder = Folder::new();
    let Some((mut chromium, running, client)) = shown(&folder) else {
        return;
    };
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
    running.stop();
    chromium.wait("document.querySelector('#link').textContent !== 'live'");
    let (_running, _) = started(folder.dashboard().listen(&[client.address]));
    folder.inject_dead_letter("later");
    let took = chromium.wait(&format!(
        "{LIVE} && document.querySelector('#alerts .firing')"
    ));
    println!("live again after {} ms", took.as_millis());
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(chromium.text("#alerts .what").contains("later"));
    // The browser itself says that there was no connection; the page says nothing.
    let own = chromium.events(&["Runtime.consoleAPICalled", "Runtime.exceptionThrown"]);
    assert_eq!(own, Vec::<serde_json::Value>::new());
    chromium.forget();
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn hostile_names_stay_text() {
    const HOSTILE: &str = "<img src=x onerror=\"document.title='taken'\">";
    let folder = Folder::named("<b>bold<script>document.title='taken'");
    let memory = folder.swarm.memory();
    let channels = json!({"channels": [HOSTILE, "</td></table><h1>out</h1>"], "slots": HOSTILE});
    memory
        .agents(WORKERS)
        .put("w", "worker", "running", &channels)
        .unwrap();
    let run = Run::new("post-edit", Duration::from_millis(60));
    for _ in 0..40 {
        let step = Duration::from_millis(50);
        folder
            .swarm
            .monitor()
            .record(&run.clone().step(HOSTILE, step));
    }
    folder.swarm.monitor().store().unwrap();
    let Some((mut chromium, _running, _)) = shown(&folder) else {
        return;
    };
    chromium
        .wait("document.querySelector('#workers tbody td:nth-child(3)').textContent.length > 40");
    let cell = chromium.text("#workers tbody td:nth-child(3)");
    assert_eq!(cell, format!("{HOSTILE}, </td></table><h1>out</h1>"));
    assert!(chromium.text("#advice").contains(HOSTILE));
    assert!(chromium.text("#place").contains("<b>bold<script>"));
    let made = "document.querySelectorAll('main img, #place b, script:not([src]), main h1').length";
    assert_eq!(chromium.evaluate(made), 0);
    let title = chromium.text("title");
    assert!(title.ends_with("kilowat: the swarm"), "{title}");
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}

#[test]
fn it_fits_a_phone_and_is_dark_where_that_is_wanted() {
    let folder = Folder::new();
    folder.inject_dead_letter("a-channel-with-a-name-that-is-rather-long/and-goes-on:and-on");
    let Some((mut chromium, _running, _)) = shown(&folder) else {
        return;
    };
    let ground = "getComputedStyle(document.body).backgroundColor";
    let mut grounds = Vec::new();
    for (width, scheme) in [
        (1280, "light"),
        (1280, "dark"),
        (768, "light"),
        (360, "dark"),
    ] {
        chromium.look(width, 800, scheme);
        chromium.wait(&format!("innerWidth === {width}"));
        chromium.wait(&is_drawn("chart-messages"));
        let wide = "document.documentElement.scrollWidth";
        chromium.wait(&format!("{wide} <= {width}"));
        grounds.push(chromium.evaluate(ground));
    }
    assert_ne!(grounds[0], grounds[1]);
    assert_eq!((&grounds[0], &grounds[1]), (&grounds[2], &grounds[3]));
    assert_eq!(chromium.complaints(), Vec::<serde_json::Value>::new());
}
