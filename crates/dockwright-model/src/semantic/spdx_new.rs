//! The ids that the `spdx` crate contains, but not version 3.23 of the SPDX list, which hadolint 2.15.1 uses.

/// Ids added since, and words of the crate that are not ids, separated by spaces and line ends.
pub(super) const AFTER_3_23: &str = "\
3D-Slicer-1.0 ALGLIB-Documentation AMD-newlib Advanced-Cryptics-Dictionary Artistic-dist Aspell-RU
BOLA-1.1 BSD-2-Clause-first-lines BSD-2-Clause-pkgconf-disclaimer BSD-2-Clause-pos-unchanged
BSD-3-Clause-OpenWebUI BSD-3-Clause-Tso BSD-Mark-Modifications BSD-Source-Code-no-disclaimer
BSD-Source-alt-GPL BSD-ask-to-endorse Boehm-GC-without-fee Brian-Gladman-3-Clause-no-conversion Buddy
Bugroff CAPEC-tou CC-BY-NC-3.0-IGO CC-PDM-1.0 CC-SA-1.0 Catharon CryptoSwift DocBook-DTD DocBook-Schema
DocBook-Stylesheet DocBook-XML ESA-PL-permissive-2.4 ESA-PL-strong-copyleft-2.4 ESA-PL-weak-copyleft-2.4
FDK-MPEG-H FSFULLRSD FSL-1.1-ALv2 FSL-1.1-MIT GFDL-1.1-invariants GFDL-1.1-no-invariants
GFDL-1.2-invariants GFDL-1.2-no-invariants GFDL-1.3-invariants GFDL-1.3-no-invariants
Game-Programming-Gems Gutmann HDF5 HIDAPI HPND-Intel HPND-Netrek HPND-SMC HPND-UC-export-US
HPND-export-US-acknowledgement HPND-export2-US HPND-merchantability-variant
HPND-sell-variant-MIT-disclaimer-rev HPND-sell-variant-critical-systems Hippocratic-3.0-core
ISO-permission Informatica InnoSetup MIPS MIT-Click MIT-Khronos-old MIT-STK MMPL-1.0.1 MVT-1.1 NCBI-PD
NCL NIST-PD-TNT NOASSERTION NTIA-PD OAR OSC-1.0 OSSP OpenMDW-1.0 PPL ParaType-Free-Font-1.3 Ruby-pty
SGMLUG-PM SMAIL-GPL SOFA SUL-1.0 Sendmail-Open-Source-1.1 Sun-PPP-2000 TekHVC ThirdEye TrustedQSL
Ubuntu-font-1.0 UnRAR Unlicense-libtelnet Unlicense-libwhirlpool Vixie-Cron WTFNMFPL WordNet
X11-no-permit-persons X11-swapped any-OSI any-OSI-perl-modules atc-game cve-tou generic-xts
hyphen-bulgarian jove libpng-1.6.35 man2html ngrep pkgconf threeparttable wwl xzoom";
