//! Taking back what the steps of a batch did, the last first.

use std::collections::VecDeque;

use super::super::super::perform::Performance;
use super::super::super::understand::UnderstoodCall;
use super::super::group::{Row, is_read};
use super::super::report::UndoneReport;
use super::super::undo::{self, Undo};
use super::super::wave::{Effect, Ended, Wave};
use super::{Run, Stage, State};
use crate::shape::Text;

impl<'a> Run<'a> {
    /// How what a call did is taken back.
    pub(super) fn undos_of(&self, row: &Row<'a>, folded: &[Ended]) -> Vec<Undo<'a>> {
        if is_read(&row.call.resolved) {
            return Vec::new();
        }
        let (effect, answer) = row.end.effect(folded);
        match effect {
            Effect::None | Effect::Refused => Vec::new(),
            Effect::Unknown => vec![Undo::Cannot("its effect is not known".to_owned())],
            Effect::Done => undo::of(&self.context.asked, &row.call, answer, row.before.as_deref()),
        }
    }

    /// Begins to undo, the last first.
    pub(super) fn undo(&mut self) -> Option<Stage<'a>> {
        if !self.is_stopped() {
            return None;
        }
        let mut calls: VecDeque<(usize, UnderstoodCall<'a>)> = VecDeque::new();
        for (step, undo) in std::mem::take(&mut self.undos).into_iter().rev() {
            match undo {
                Undo::Call(call) => calls.push_back((step, *call)),
                Undo::Cannot(why) => self.undone(step, Err(why)),
            }
        }
        if calls.is_empty() {
            return None;
        }
        let (steps, calls): (Vec<_>, Vec<_>) = calls
            .into_iter()
            .map(|(step, call)| (step, Performance::new(self.context, call)))
            .unzip();
        Some(Stage::Undoing(steps, Wave::new(calls, 1, false)))
    }

    /// Tells of a step what was undone of it.
    pub(super) fn undone(&mut self, step: usize, undone: Result<(), String>) {
        if let State::Ended(report, _) = &mut self.states[step] {
            report.undone.get_or_insert_with(UndoneReport::default).add(undone);
        }
    }

    /// Takes what came of the calls that undo.
    pub(super) fn take_undone(&mut self, steps: &[usize], ended: Vec<Option<Ended>>) {
        for (step, ended) in steps.iter().zip(ended) {
            let undone = match ended {
                Some(Ended { text: Text { is_error: false, .. }, .. }) => Ok(()),
                Some(ended) => Err(ended.text.text),
                None => Err("not tried".to_owned()),
            };
            self.undone(*step, undone);
        }
    }
}
