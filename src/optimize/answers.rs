//! Small things about the words of the model: answers by scenario, weights of classes, names of causes.

use super::model::{Again, Cause, Cost, Runs, Scenario, Volatility};

impl Scenario {
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Source, Self::Manifest, Self::Base, Self::Argument];

    /// What changes, in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Nothing => "nothing changed",
            Self::Source => "a source file",
            Self::Manifest => "a dependency manifest",
            Self::Base => "the base image",
            Self::Argument => "a build argument",
        }
    }

    /// Its share in the score.
    #[must_use]
    pub const fn share(self) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Source => 0.70,
            Self::Manifest => 0.15,
            Self::Base => 0.05,
            Self::Argument => 0.10,
        }
    }
}

impl Again {
    #[must_use]
    pub const fn get(&self, scenario: Scenario) -> Runs {
        match scenario {
            Scenario::Nothing => self.nothing,
            Scenario::Source => self.source,
            Scenario::Manifest => self.manifest,
            Scenario::Base => self.base,
            Scenario::Argument => self.argument,
        }
    }

    pub const fn set(&mut self, scenario: Scenario, runs: Runs) {
        match scenario {
            Scenario::Nothing => self.nothing = runs,
            Scenario::Source => self.source = runs,
            Scenario::Manifest => self.manifest = runs,
            Scenario::Base => self.base = runs,
            Scenario::Argument => self.argument = runs,
        }
    }
}

impl Cost {
    pub const ALL: [Self; 5] = [Self::XL, Self::L, Self::M, Self::S, Self::XS];

    /// Seconds that stand for the class in sums: an assumption, and no measure.
    #[must_use]
    pub const fn weight(self) -> f64 {
        match self {
            Self::XS => 0.0,
            Self::S => 2.0,
            Self::M => 20.0,
            Self::L => 90.0,
            Self::XL => 400.0,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XS => "XS",
            Self::S => "S",
            Self::M => "M",
            Self::L => "L",
            Self::XL => "XL",
        }
    }
}

impl Volatility {
    pub const ALL: [Self; 6] =
        [Self::Text, Self::Base, Self::Index, Self::Manifest, Self::Source, Self::Build];

    /// When the step runs again, in a few words.
    #[must_use]
    pub const fn when(self) -> &'static str {
        match self {
            Self::Text => "never",
            Self::Base | Self::Index => "base",
            Self::Manifest => "manifest",
            Self::Source => "any source",
            Self::Build => "every build",
        }
    }

    /// One letter, so that colour is not all that tells it.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Text => "T",
            Self::Base => "B",
            Self::Index => "I",
            Self::Manifest => "D",
            Self::Source => "S",
            Self::Build => "A",
        }
    }
}

impl Cause {
    pub const ALL: [Self; 6] =
        [Self::CopiedUp, Self::DeletedLater, Self::Overwritten, Self::Caches, Self::BuildOnly, Self::Junk];

    /// `w1` to `w6`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CopiedUp => "w1",
            Self::DeletedLater => "w2",
            Self::Overwritten => "w3",
            Self::Caches => "w4",
            Self::BuildOnly => "w5",
            Self::Junk => "w6",
        }
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::CopiedUp => "shipped twice by a change of owner or mode",
            Self::DeletedLater => "deleted by a later layer, still shipped",
            Self::Overwritten => "copied again by a later COPY",
            Self::Caches => "caches and indexes of package managers",
            Self::BuildOnly => "what only the build needs",
            Self::Junk => "files of the context that no image needs",
        }
    }
}
