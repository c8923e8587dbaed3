//! NetBox's own actions: everything that is no list, get, create, update, replace or delete of one
//! kind of object, on the page that tells of them and on a running NetBox.

mod background;
mod devices;
mod files;
mod page;
mod pools;
mod scripts;
mod synced;
mod users;
