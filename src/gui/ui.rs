//! View twins of the core's data.

pub mod certificate;
pub mod crop_frame;
pub mod dialog;
pub mod form;
pub mod head;
pub mod highlight;
pub mod indicator;
pub mod job_row;
pub mod keys;
pub mod marks;
pub mod page_image;
pub mod page_roll;
pub mod page_strip;
pub mod page_view;
pub mod path_entry;
pub mod recipient_chips;
pub mod road;
pub mod secret;
pub mod signature;
pub mod trouble;
