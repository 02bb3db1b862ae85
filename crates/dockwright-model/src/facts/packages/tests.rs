//! Compares the solver with apt, and tests its properties.

use proptest::prelude::*;

use super::*;

/// One run of `apt-get install` on a minimal system of a release.
struct AptRun<'t> {
    /// `+` with recommended packages, `-` without, `!` if apt refuses to install.
    sign: &'t str,
    /// What apt shows as additional disk space, in bytes.
    size: u64,
    names: Vec<&'t str>,
    packages: Vec<&'t str>,
}

/// `fixtures/packages/apt-sets-RELEASE.tsv`: the system packages, then one run per line.
const fn read_apt_fixture(release: DebianRelease) -> &'static str {
    match release {
        DebianRelease::Bullseye => include_str!("../../../../../fixtures/packages/apt-sets-bullseye.tsv"),
        DebianRelease::Bookworm => include_str!("../../../../../fixtures/packages/apt-sets-bookworm.tsv"),
        DebianRelease::Trixie => include_str!("../../../../../fixtures/packages/apt-sets-trixie.tsv"),
    }
}

fn runs_of(text: &str) -> impl Iterator<Item = AptRun<'_>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().expect("the line has four columns");
        let (sign, size, names, packages) = (next(), next(), next(), next());
        AptRun {
            sign,
            size: size.parse().expect("a size is a number"),
            names: names.split(' ').collect(),
            packages: packages.split_whitespace().collect(),
        }
    })
}

/// The system that the runs were made on.
fn minimal_system_of(release: DebianRelease, text: &str) -> InstalledSystem {
    let base = text.lines().next().and_then(|line| line.strip_prefix("# base: ")).expect("the base is there");
    InstalledSystem::with_packages(release, base.split(' '), false)
}

fn base(release: DebianRelease) -> InstalledSystem {
    minimal_system_of(release, read_apt_fixture(release))
}

#[test]
fn solver_matches_apt() {
    let (mut same, mut all, mut sizes) = (0, 0, Vec::new());
    for release in DebianRelease::ALL {
        let base = base(release);
        for AptRun { sign, size, names, packages: mut expected } in runs_of(read_apt_fixture(release)) {
            all += 1;
            let Ok(added) = base.resolve_install(&names, sign == "+") else { continue };
            let mut found: Vec<&str> = added.packages.iter().map(|id| base.name(*id)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            if found != expected {
                continue;
            }
            same += 1;
            #[expect(clippy::cast_precision_loss, reason = "only a share is made of it")]
            let error = (added.installed.abs_diff(size)) as f64 / size.max(1) as f64;
            // apt rounds to three digits, or to a kilobyte.
            if size > 1_000_000 {
                sizes.push(error);
            }
        }
    }
    sizes.sort_by(f64::total_cmp);
    let worst = sizes.last().copied().unwrap_or_default();
    assert!(all > 400 && same * 1000 >= all * 998, "{same} of {all}");
    assert!(worst < 0.02, "{sizes:?}");
}

/// Compares the solver with other runs of apt, as `data/packages/simulate.py` writes them, and prints what differs:
/// `DOCKWRIGHT_APT_RUNS=DIRECTORY cargo test --lib differences_from_apt -- --ignored --nocapture`
#[test]
#[ignore = "needs runs of apt"]
#[expect(clippy::print_stdout, reason = "it prints what differs")]
fn differences_from_apt() {
    let directory = std::env::var("DOCKWRIGHT_APT_RUNS").expect("DOCKWRIGHT_APT_RUNS names a directory");
    for release in DebianRelease::ALL {
        let path = format!("{directory}/apt-sets-{}.tsv", release.name());
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let system = minimal_system_of(release, &text);
        let (mut all, mut same, mut near, mut worst) = (0, 0, 0, 0.0_f64);
        for AptRun { sign, size, names, packages: mut expected } in runs_of(&text) {
            all += 1;
            let found = system.resolve_install(&names, sign == "+").map(|added| {
                let mut found: Vec<&str> = added.packages.iter().map(|id| system.name(*id)).collect();
                found.sort_unstable();
                (found, added.installed)
            });
            expected.sort_unstable();
            match found {
                Err(_) if sign == "!" => same += 1,
                Ok((found, installed)) if sign != "!" && found == expected => {
                    same += 1;
                    #[expect(clippy::cast_precision_loss, reason = "only a share is made of it")]
                    let error = installed.abs_diff(size) as f64 / size.max(1) as f64;
                    // apt does not show less than a kilobyte.
                    let error = if installed.abs_diff(size) < 2_000 { 0.0 } else { error };
                    worst = worst.max(error);
                    near += usize::from(error <= 0.02);
                }
                Ok((found, _)) => {
                    let more: Vec<_> = found.iter().filter(|one| !expected.contains(one)).collect();
                    let less: Vec<_> = expected.iter().filter(|one| !found.contains(one)).collect();
                    println!(
                        "{} {sign} {names:?}: only the solver: {more:?}; only apt: {less:?}",
                        release.name()
                    );
                }
                Err(error) => println!("{} {sign} {names:?}: {error:?}", release.name()),
            }
        }
        println!(
            "{}: {same} of {all} alike, {near} within 2 %, the largest error {:.2} %",
            release.name(),
            worst * 100.0
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// For any request: afterwards, the packages and their dependencies are installed; only missing packages are
    /// added, each once; a second installation adds nothing; and recommended packages are only added.
    #[test]
    fn installs_are_complete_and_stable(
        release in prop::sample::select(&DebianRelease::ALL[..]),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        recommends: bool,
    ) {
        let index = PackageIndex::index_for_release(release);
        let names: Vec<&str> = picks
            .iter()
            .map(|pick| index.names.get(u32::try_from(pick.index(index.names.len())).expect("it is small")))
            .collect();
        let before = base(release);
        let mut system = before.clone();
        let Ok(added) = system.install(&names, recommends) else { return Ok(()) };
        for name in &names {
            prop_assert!(system.contains_package(name), "{name}");
        }
        let mut seen = std::collections::HashSet::new();
        for package in &added.packages {
            prop_assert!(seen.insert(*package) && !before.have.contains_id(*package), "{}", before.name(*package));
            for group in index.dependencies(*package) {
                prop_assert!(group.clone().any(|id| system.have.contains_id(id)), "{}", before.name(*package));
            }
        }
        let again = system.resolve_install(&names, false).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(again.packages, Vec::<PackageId>::new());
        prop_assert_eq!(again.bytes, Some(0));
    }

    #[test]
    fn unknown_names_stay_unknown(name in "zz[a-z]{3,9}-[0-9]{3}") {
        let base = base(DebianRelease::Trixie);
        prop_assert_eq!(base.resolve_install(&[&name], true), Err(UnknownInstall::Name(name.clone())));
    }
}

/// Compares estimates with real layers: 9 of 10 are within 10 %.
#[test]
fn estimates_match_layer_sizes() {
    let text = include_str!("../../../../../fixtures/packages/layers-bookworm.tsv");
    let minimal = base(DebianRelease::Bookworm);
    let (mut errors, mut unknown) = (Vec::new(), 0);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [sign, kind, bytes, names] = columns[..] else { panic!("{line}") };
        let system = InstalledSystem { slim: kind == "slim", ..minimal.clone() };
        let names: Vec<&str> = names.split(' ').collect();
        let added =
            system.resolve_install(&names, sign == "+").unwrap_or_else(|error| panic!("{line}: {error:?}"));
        let Some(estimate) = added.bytes else {
            unknown += 1;
            continue;
        };
        let bytes: u64 = bytes.parse().expect("bytes are a number");
        #[expect(clippy::cast_precision_loss, reason = "only a share is made of it")]
        errors.push((estimate.abs_diff(bytes) as f64 / bytes as f64, names.join(" "), kind));
    }
    errors.sort_by(|one, other| other.0.total_cmp(&one.0));
    let near = errors.iter().filter(|(error, ..)| *error <= 0.1).count();
    assert!(errors.len() >= 40 && near * 10 >= errors.len() * 9, "{unknown} unknown, {errors:?}");
}

#[test]
fn several_providers_are_ambiguous() {
    let base = base(DebianRelease::Bookworm);
    assert_eq!(
        base.resolve_install(&["netcat"], false),
        Err(UnknownInstall::Ambiguous("netcat".to_string()))
    );
    assert_eq!(
        base.resolve_install(&[], true),
        Ok(AddedPackages { bytes: Some(0), ..AddedPackages::default() })
    );
}

/// bullseye's apt processes named packages in the order of its lists: `libglu1-mesa-dev` before `xorg-dev`, which
/// would add another package that satisfies its dependency.
#[test]
fn bullseye_takes_named_packages_in_order_of_its_lists() {
    let base = base(DebianRelease::Bullseye);
    let with = |names: &[&str]| {
        let mut packages = base.resolve_install(names, false).expect("the names are known").packages;
        packages.sort_unstable();
        packages
    };
    let found = with(&["xorg-dev", "libglu1-mesa-dev"]);
    assert!(found.iter().any(|id| base.name(*id) == "libgl1-mesa-dev"));
    assert_eq!(found, with(&["libglu1-mesa-dev", "xorg-dev"]));
}

/// libc6-i386 conflicts with `libc6-x32:i386`, which is not the libc6-x32 of this architecture.
#[test]
fn conflicts_with_other_architectures_do_not_count() {
    let base = base(DebianRelease::Bookworm);
    let added = base.resolve_install(&["libc6-dev-i386"], true).expect("the names are known");
    let names: Vec<&str> = added.packages.iter().map(|id| base.name(*id)).collect();
    assert!(names.contains(&"libc6-x32") && names.contains(&"libc6-i386"), "{names:?}");
}

#[test]
fn releases_have_versions_and_a_date() {
    assert!(DebianRelease::Bookworm.version("curl").is_some_and(|version| version.starts_with("7.88.1-")));
    assert_eq!(DebianRelease::Bookworm.version("no-such-package"), None);
    for release in DebianRelease::ALL {
        assert!(release.date().starts_with("20"), "{}", release.date());
        assert_eq!(DebianRelease::from_name(release.name()), Some(release));
    }
}
