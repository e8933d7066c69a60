//! The core of Faxseal: everything that a fax needs, and no window anywhere.
//!
//! # Layers
//! Arrows point to what may be imported; `tests/tidy.rs` reads the `use` lines and holds us to it.
//!
//! | layer | modules | may import |
//! |---|---|---|
//! | 0 domain | `fax`, `i18n` | nothing of ours |
//! | 1 formats | `raster`, `tiff`, `document`, `mail`, `address_book` | 0; `document` may use `raster` and `tiff` |
//! | 2 wires and shelves | `tls`, `dns`, `wire`, `sasl`, `smtp`, `imap`, `store`, `settings`, `secret`, `place` | 0, `mail`; `dns` and `wire` may use `tls`; `smtp` and `imap` may use `tls`, `wire` and `sasl`; `store`, `settings` and `secret` may use `place` |
//! | 3 engine | `engine` | 0 to 2 |
//! | 4 faces | the program's `gui` and `cli` | `engine`, `fax`, `i18n` |
//!
//! # Invariants
//! - No IO, clock or async in `fax`; `raster`, `document`, `tiff`, `mail` and `address_book` never see a path or a socket.
//! - Nothing but EHLO, STARTTLS and QUIT (in IMAP: CAPABILITY, STARTTLS and LOGOUT) is ever written to a socket that
//!   is not encrypted to a verified peer. Bytes between the answer to STARTTLS and the handshake end the session.
//! - A frozen message never changes. A job in doubt leaves that stage only by the user's word or a receipt.
//! - Documents from outside are read in a child process with limits on memory and time.
//! - No password or private key leaves `secret`; none is logged, stored in settings or shown.

pub mod address_book;
pub mod dns;
pub mod document;
pub mod engine;
pub mod fax;
pub mod i18n;
pub mod imap;
pub mod mail;
pub mod place;
pub mod raster;
pub mod sasl;
pub mod secret;
pub mod settings;
pub mod smtp;
pub mod store;
pub mod tiff;
pub mod tls;
pub mod wire;
