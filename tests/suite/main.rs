//! One binary for all tests of the whole: the program run as a person would, and the house's own order.

mod answers;
mod backup;
mod calc;
mod cards;
mod county;
mod crash;
mod desk;
mod door;
mod due;
mod england;
mod evaluate;
mod journey;
mod moved;
mod mutate;
mod personal;
mod portal_access;
mod portal_desk;
mod portal_support;
mod published;
mod queries;
mod reading;
mod rules;
mod statistics;
mod support;
mod template;
mod tidy;
