//! [`StepTimings`]: the durations of steps in a real build, from the log of `docker build
//! --progress=rawjson` or `=plain`.

use std::collections::HashMap;

use serde::Deserialize;

/// Seconds by the label of a step (`2/5`, `build 2/5`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepTimings {
    seconds: HashMap<String, f64>,
}

#[derive(Deserialize)]
struct LogLine {
    #[serde(default)]
    vertexes: Vec<BuildVertex>,
}

#[derive(Deserialize)]
struct BuildVertex {
    #[serde(default)]
    name: String,
    started: Option<String>,
    completed: Option<String>,
    #[serde(default)]
    cached: bool,
}

impl StepTimings {
    /// Reads a log in either format. Cached steps are skipped: their times are meaningless.
    pub fn parse(log: &str) -> Self {
        let mut timings = Self::default();
        let mut names: HashMap<&str, String> = HashMap::new();
        for line in log.lines() {
            if line.starts_with('{') {
                if let Ok(line) = serde_json::from_str::<LogLine>(line) {
                    line.vertexes.iter().for_each(|vertex| timings.record_vertex_duration(vertex));
                }
                continue;
            }
            // `#7 [build 2/5] RUN make`, later `#7 DONE 12.3s`.
            let Some((number, rest)) = line.strip_prefix('#').and_then(|rest| rest.split_once(' ')) else {
                continue;
            };
            if let Some(label) = step_label(rest) {
                names.entry(number).or_insert(label);
            } else if let Some(seconds) = rest.strip_prefix("DONE ").and_then(|rest| rest.strip_suffix('s'))
                && let (Some(label), Ok(seconds)) = (names.get(number), seconds.parse::<f64>())
                && seconds.is_finite()
            {
                timings.seconds.insert(label.clone(), seconds);
            }
        }
        timings
    }

    fn record_vertex_duration(&mut self, vertex: &BuildVertex) {
        let time = |text: &Option<String>| text.as_ref()?.parse::<jiff::Timestamp>().ok();
        if let (Some(label), Some(started), Some(completed), false) =
            (step_label(&vertex.name), time(&vertex.started), time(&vertex.completed), vertex.cached)
        {
            self.seconds.insert(label, completed.duration_since(started).as_secs_f64());
        }
    }

    pub(crate) fn seconds_of_step(&self, label: &str) -> Option<f64> {
        self.seconds.get(label).copied()
    }

    pub fn is_empty(&self) -> bool {
        self.seconds.is_empty()
    }

    pub fn len(&self) -> usize {
        self.seconds.len()
    }
}

/// `build 2/5` of `[build 2/5] RUN make`; the platform is dropped.
fn step_label(name: &str) -> Option<String> {
    let (inside, _) = name.strip_prefix('[')?.split_once(']')?;
    let words: Vec<&str> = inside.split_whitespace().filter(|word| !word.starts_with("linux/")).collect();
    let (at, of) = words.last()?.split_once('/')?;
    (at.parse::<u32>().is_ok() && of.parse::<u32>().is_ok()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_read() {
        let plain = "#5 [build 2/3] RUN make\n#5 0.3 gcc\n#5 DONE 12.5s\n\n#6 [stage-1  1/10] COPY a b\n#6 CACHED\n#7 [internal] load x\n#7 DONE 0.1s\n";
        let timings = StepTimings::parse(plain);
        assert_eq!((timings.seconds_of_step("build 2/3"), timings.len()), (Some(12.5), 1));
        let raw = r#"{"vertexes":[{"digest":"sha256:1","name":"[2/3] RUN make","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:02.5Z"}]}
{"vertexes":[{"digest":"sha256:2","name":"[3/3] RUN x","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:00Z","cached":true}]}"#;
        let timings = StepTimings::parse(raw);
        assert_eq!((timings.seconds_of_step("2/3"), timings.len()), (Some(2.5), 1));
        assert!(StepTimings::parse("nonsense\n{]\n#").is_empty());
    }
}
