//! Who may come in: so many connections at a time, so many from one address, so many of those within a minute. No clock
//! of its own.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;

/// Addresses that are remembered before those that are gone are forgotten.
const REMEMBERED: usize = 1024;
/// The time in which connections of an address are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Counts who is in.
#[derive(Debug)]
pub struct Door {
    limits: Limits,
    guests: Mutex<Guests>,
}

#[derive(Debug, Default)]
struct Guests {
    open: usize,
    by_address: HashMap<IpAddr, Guest>,
}

#[derive(Debug)]
struct Guest {
    open: usize,
    since: Instant,
    within: usize,
}

/// Why a connection is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// There are too many connections.
    Full,
    /// There are too many of this address.
    Address,
    /// There were too many of this address within a minute.
    Rate,
}

/// A place of one connection; it is free again when this is dropped.
#[derive(Debug)]
pub struct Seat {
    door: Arc<Door>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut guests = self.door.lock();
        guests.open = guests.open.saturating_sub(1);
        if let Some(guest) = guests.by_address.get_mut(&self.address) {
            guest.open = guest.open.saturating_sub(1);
        }
    }
}

impl Door {
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, guests: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in, or says why not.
    pub fn enter(self: &Arc<Self>, peer: IpAddr, now: Instant) -> Result<Seat, Turned> {
        let address = network(peer);
        let mut guests = self.lock();
        if guests.by_address.len() >= REMEMBERED {
            guests.by_address.retain(|_, guest| guest.open > 0 || now.duration_since(guest.since) < WINDOW);
        }
        let full = guests.open >= self.limits.connections;
        let guest = guests.by_address.entry(address).or_insert(Guest { open: 0, since: now, within: 0 });
        if now.duration_since(guest.since) >= WINDOW {
            (guest.since, guest.within) = (now, 0);
        }
        guest.within = guest.within.saturating_add(1);
        if guest.within > self.limits.per_minute {
            return Err(Turned::Rate);
        }
        if guest.open >= self.limits.per_address {
            return Err(Turned::Address);
        }
        if full {
            return Err(Turned::Full);
        }
        guest.open += 1;
        guests.open += 1;
        Ok(Seat { door: Arc::clone(self), address })
    }
}

/// One customer of a provider: an IPv4 address, or the first half of an IPv6 one (RFC 6177).
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(connections: usize, per_address: usize, per_minute: usize) -> Arc<Door> {
        Door::new(Limits { connections, per_address, per_minute, ..Limits::default() })
    }

    #[test]
    fn nobody_takes_the_places_of_others() {
        let door = door(3, 2, 100);
        let (now, one, other) = (Instant::now(), "192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = door.enter(one, now).unwrap();
        let _second = door.enter(one, now).unwrap();
        assert_eq!(door.enter(one, now).unwrap_err(), Turned::Address);
        let _third = door.enter(other, now).unwrap();
        assert_eq!(door.enter(other, now).unwrap_err(), Turned::Full);
        drop(first);
        drop(door.enter(other, now).unwrap());
        drop(door.enter("::ffff:192.0.2.1".parse().unwrap(), now).unwrap());
    }

    #[test]
    fn half_an_ipv6_address_is_one_guest() {
        let door = door(9, 1, 100);
        let now = Instant::now();
        let _seat = door.enter("2001:db8::1".parse().unwrap(), now).unwrap();
        assert_eq!(door.enter("2001:db8::2".parse().unwrap(), now).unwrap_err(), Turned::Address);
        door.enter("2001:db8:0:1::1".parse().unwrap(), now).unwrap();
    }

    #[test]
    fn the_hasty_wait_and_the_gone_are_forgotten() {
        let door = door(9, 9, 2);
        let (now, one) = (Instant::now(), "192.0.2.1".parse().unwrap());
        drop(door.enter(one, now).unwrap());
        drop(door.enter(one, now).unwrap());
        assert_eq!(door.enter(one, now).unwrap_err(), Turned::Rate);
        assert_eq!(door.enter(one, now + WINDOW / 2).unwrap_err(), Turned::Rate);
        drop(door.enter(one, now + WINDOW).unwrap());
        for last in 0..5000_u32 {
            let _seat = door.enter(IpAddr::V4((0x0a00_0000 + last).into()), now + WINDOW * (2 + last / 500));
        }
        assert!(door.lock().by_address.len() <= REMEMBERED + 500, "{}", door.lock().by_address.len());
    }
}
