//! What a container may do, and what becomes of it when it fails.

use super::composed::Composed;

#[test]
fn every_container_comes_back_and_can_do_no_more_than_its_work() {
    for container in Composed::alone().containers() {
        let (name, about) = (container.name, container.about);
        let again = if name == "init" {
            "no"
        } else {
            "unless-stopped"
        };
        assert_eq!(about["restart"], again, "{name}");
        assert_eq!(container.words("/cap_drop"), ["ALL"], "{name}");
        let security = container.words("/security_opt");
        assert_eq!(security, ["no-new-privileges:true"], "{name}");
        let limits = &about["deploy"]["resources"]["limits"];
        for limit in ["cpus", "memory", "pids"] {
            assert!(!limits[limit].is_null(), "{name}: {limit}");
        }
        // KurrentDB writes beside its data.
        let frozen = about["read_only"] == true;
        assert!(frozen || name == "kurrentdb", "{name}");
        let (_, tag) = container.image().rsplit_once(':').unwrap();
        assert!(
            tag.starts_with(|c: char| c.is_ascii_digit() || c == 'v'),
            "{name}"
        );
    }
}

#[test]
fn every_process_is_asked_whether_it_is_ready_and_given_time_to_finish() {
    let composed = Composed::alone();
    for process in composed.processes() {
        let check = process.words("/healthcheck/test");
        let asked = check.last().unwrap();
        let listens = process.environment()["FIRSTBELL_HEALTH_LISTEN"];
        assert_eq!(*asked, format!("http://{listens}"), "{}", process.name);
        assert_eq!(process.about["stop_grace_period"], "30s");
        assert_eq!(process.about["deploy"]["resources"]["limits"]["memory"], {
            process.about["memswap_limit"].clone()
        });
        assert!(process.about["depends_on"].is_null(), "order is not needed");
    }
}
