//! Labels for the model: scenarios, seconds of cost classes, causes of waste.

use super::model::{Cost, RebuildByScenario, Rebuilt, Scenario, Volatility, WasteCause};

impl Scenario {
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Source, Self::Manifest, Self::Base, Self::Argument];

    /// A description of the change.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Nothing => "nothing changed",
            Self::Source => "a source file",
            Self::Manifest => "a dependency file",
            Self::Base => "the base image",
            Self::Argument => "a build argument",
        }
    }
}

impl RebuildByScenario {
    #[must_use]
    pub const fn rebuilt_in_scenario(&self, scenario: Scenario) -> Rebuilt {
        match scenario {
            Scenario::Nothing => self.nothing,
            Scenario::Source => self.source,
            Scenario::Manifest => self.manifest,
            Scenario::Base => self.base,
            Scenario::Argument => self.argument,
        }
    }

    pub const fn set(&mut self, scenario: Scenario, runs: Rebuilt) {
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

    /// The assumed duration of the class, in seconds.
    #[must_use]
    pub const fn seconds(self) -> f64 {
        match self {
            Self::XS => 0.0,
            Self::S => 5.0,
            Self::M => 30.0,
            Self::L => 180.0,
            Self::XL => 900.0,
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

    /// One letter, to make it recognizable without color.
    #[must_use]
    pub const fn rebuild_class_letter(self) -> &'static str {
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

impl WasteCause {
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
            Self::CopiedUp => "stored twice because the owner or mode changes in a later layer",
            Self::DeletedLater => "deleted in a later layer, but still in the image",
            Self::Overwritten => "overwritten by a later COPY",
            Self::Caches => "caches and indexes of package managers",
            Self::BuildOnly => "needed only at build time",
            Self::Junk => "files of the build context that no image needs",
        }
    }
}
