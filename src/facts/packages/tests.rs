//! What apt itself installs, and properties of the solver.

use proptest::prelude::*;

use super::*;

/// `fixtures/packages/apt-sets-RELEASE.tsv`: what `apt-get install --simulate` installed on a minimal system of that
/// release, one run a line: `+` with recommended packages or `-` without; the size that apt shows; the names; the
/// packages.
fn runs(release: DebianRelease) -> impl Iterator<Item = (bool, u64, Vec<&'static str>, Vec<&'static str>)> {
    let text = match release {
        DebianRelease::Bullseye => include_str!("../../../fixtures/packages/apt-sets-bullseye.tsv"),
        DebianRelease::Bookworm => include_str!("../../../fixtures/packages/apt-sets-bookworm.tsv"),
        DebianRelease::Trixie => include_str!("../../../fixtures/packages/apt-sets-trixie.tsv"),
    };
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().expect("the line has four columns");
        let (sign, size, names, packages) = (next(), next(), next(), next());
        let size = size.parse().expect("a size is a number");
        (sign == "+", size, names.split(' ').collect(), packages.split_whitespace().collect())
    })
}

/// The system that the runs were made on: the first line of the file.
fn base(release: DebianRelease) -> InstalledSystem {
    let text = match release {
        DebianRelease::Bullseye => include_str!("../../../fixtures/packages/apt-sets-bullseye.tsv"),
        DebianRelease::Bookworm => include_str!("../../../fixtures/packages/apt-sets-bookworm.tsv"),
        DebianRelease::Trixie => include_str!("../../../fixtures/packages/apt-sets-trixie.tsv"),
    };
    let base = text.lines().next().and_then(|line| line.strip_prefix("# base: ")).expect("the base is there");
    InstalledSystem::with(release, base.split(' '), false)
}

#[test]
fn solver_matches_apt() {
    let (mut same, mut all, mut sizes) = (0, 0, Vec::new());
    for release in DebianRelease::ALL {
        let base = base(release);
        for (recommends, size, names, mut expected) in runs(release) {
            all += 1;
            let Ok(added) = base.closure(&names, recommends) else { continue };
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
    assert!(all > 400 && same * 1000 >= all * 997, "{same} of {all}");
    assert!(worst < 0.02, "{sizes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever is asked for: it is there afterwards with all that it needs, nothing was there before, nothing comes
    /// twice, a second installation adds nothing, and recommended packages only add.
    #[test]
    fn installs_are_complete_and_stable(
        release in prop::sample::select(&DebianRelease::ALL[..]),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        recommends: bool,
    ) {
        let index = PackageIndex::for_release(release);
        let names: Vec<&str> = picks
            .iter()
            .map(|pick| index.names.get(u32::try_from(pick.index(index.names.len())).expect("it is small")))
            .collect();
        let before = base(release);
        let mut system = before.clone();
        let Ok(added) = system.install(&names, recommends) else { return Ok(()) };
        for name in &names {
            prop_assert!(system.has(name), "{name}");
        }
        let mut seen = std::collections::HashSet::new();
        for package in &added.packages {
            prop_assert!(seen.insert(*package) && !before.have.has(*package), "{}", before.name(*package));
            for group in index.depends(*package) {
                prop_assert!(group.clone().any(|id| system.have.has(id)), "{}", before.name(*package));
            }
        }
        let again = system.closure(&names, false).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(again.packages, Vec::<PackageId>::new());
        prop_assert_eq!(again.bytes, Some(0));
    }

    /// The order of names decides at most between alternatives: what is named is always there.
    #[test]
    fn unknown_names_stay_unknown(name in "zz[a-z]{3,9}-[0-9]{3}") {
        let base = base(DebianRelease::Trixie);
        prop_assert_eq!(base.closure(&[&name], true), Err(UnknownInstall::Name(name.clone())));
    }
}

/// Estimates against layers that were made: 9 of 10 within 10 %.
#[test]
fn estimates_match_layer_sizes() {
    let text = include_str!("../../../fixtures/packages/layers-bookworm.tsv");
    let minimal = base(DebianRelease::Bookworm);
    let (mut errors, mut unknown) = (Vec::new(), 0);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [sign, kind, bytes, names] = columns[..] else { panic!("{line}") };
        let system = InstalledSystem { slim: kind == "slim", ..minimal.clone() };
        let names: Vec<&str> = names.split(' ').collect();
        let added = system.closure(&names, sign == "+").unwrap_or_else(|error| panic!("{line}: {error:?}"));
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
    assert_eq!(base.closure(&["netcat"], false), Err(UnknownInstall::Ambiguous("netcat".to_string())));
    assert_eq!(base.closure(&[], true), Ok(AddedPackages { bytes: Some(0), ..AddedPackages::default() }));
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
