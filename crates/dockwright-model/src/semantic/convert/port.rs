//! The values of EXPOSE: `80`, `80-90/udp`, and (without effect) `127.0.0.1:8080:80`.

/// The protocols that a port may have.
pub const PROTOCOLS: [&str; 3] = ["tcp", "udp", "sctp"];

/// A port specification, split into its parts, each as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortSpec<'t> {
    pub(crate) ip: &'t str,
    pub host: &'t str,
    /// The port, or range of ports, of the container.
    pub container: &'t str,
    /// What follows the slash; empty if there is none.
    pub protocol: &'t str,
}

/// What is wrong with a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortError {
    /// The port of the container is missing.
    Missing,
    Protocol,
    Address,
    /// The container's port is not a number from 0 to 65535 or an ascending range of those.
    Container,
    Host,
    /// Ranges of unequal length.
    Ranges,
}

impl<'t> PortSpec<'t> {
    /// Splits a specification: the last part is the container's port, the one before the host's, the rest an address.
    pub fn new(text: &'t str) -> Self {
        let (before, last) = text.rsplit_once(':').unwrap_or(("", text));
        let (ip, host) = before.rsplit_once(':').unwrap_or(("", before));
        let (container, protocol) = last.split_once('/').unwrap_or((last, ""));
        Self { ip, host, container, protocol }
    }

    /// Whether it has more parts than port and protocol.
    pub fn has_host(&self) -> bool {
        !self.ip.is_empty() || !self.host.is_empty()
    }

    /// Whether BuildKit runs its checks, which come before most errors.
    pub fn is_checked(&self) -> bool {
        !matches!(self.validate(), Err(PortError::Missing | PortError::Protocol))
    }

    /// # Errors
    /// The first error that BuildKit finds.
    pub fn validate(&self) -> Result<(), PortError> {
        if self.container.is_empty() {
            return Err(PortError::Missing);
        }
        let protocol = self.protocol.to_lowercase();
        if !protocol.is_empty() && !PROTOCOLS.contains(&protocol.as_str()) {
            return Err(PortError::Protocol);
        }
        if !self.ip.is_empty() && !is_address(self.ip) {
            return Err(PortError::Address);
        }
        let (start, end) = parse_port_range(self.container).ok_or(PortError::Container)?;
        if !self.host.is_empty() {
            let (first, last) = parse_port_range(self.host).ok_or(PortError::Host)?;
            if end - start != last - first && start != end {
                return Err(PortError::Ranges);
            }
        }
        Ok(())
    }
}

fn is_address(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')
            .is_some_and(|address| address.is_empty() || address.parse::<std::net::IpAddr>().is_ok()),
        None => text.parse::<std::net::IpAddr>().is_ok(),
    }
}

/// Parses a range into its first and last port.
fn parse_port_range(text: &str) -> Option<(u16, u16)> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (
        parse_port_number(start)?,
        if start == end { parse_port_number(start)? } else { parse_port_number(end)? },
    );
    (first <= last).then_some((first, last))
}

/// Parses decimal digits; a plus sign and leading zeros are allowed.
fn parse_port_number(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validates_ports_like_buildkit() {
        use PortError::{Address, Container, Host, Missing, Protocol, Ranges};
        for (text, expected, host) in [
            ("80", Ok(()), false),
            ("80/tcp", Ok(()), false),
            ("80/TcP", Ok(()), false),
            ("80/", Ok(()), false),
            ("80-90/sctp", Ok(()), false),
            ("0", Ok(()), false),
            ("65535", Ok(()), false),
            ("+80", Ok(()), false),
            ("0080", Ok(()), false),
            (":80", Ok(()), false),
            ("8080:80", Ok(()), true),
            ("127.0.0.1:8080:80", Ok(()), true),
            ("127.0.0.1::80", Ok(()), true),
            ("[::1]:1:2", Ok(()), true),
            ("::1:1:2", Ok(()), true),
            ("1-2:80", Ok(()), true),
            ("1-2:3-4", Ok(()), true),
            ("1-2:3-5", Err(Ranges), true),
            ("65536", Err(Container), false),
            ("-1", Err(Container), false),
            ("90-80", Err(Container), false),
            ("80-", Err(Container), false),
            ("a", Err(Container), false),
            ("99999999999999999999", Err(Container), false),
            ("x:80", Err(Host), true),
            ("300.0.0.1:1:2", Err(Address), true),
            ("[x]:1:2", Err(Address), true),
            ("80/foo", Err(Protocol), false),
            ("80/tcp/x", Err(Protocol), false),
            ("/tcp", Err(Missing), false),
            ("80:", Err(Missing), true),
            ("", Err(Missing), false),
        ] {
            let port = PortSpec::new(text);
            assert_eq!((port.validate(), port.has_host()), (expected, host), "{text}");
        }
        assert!(PortSpec::new("300.0.0.1:1:2").is_checked());
        assert!(!PortSpec::new("80/foo").is_checked());
    }
}
