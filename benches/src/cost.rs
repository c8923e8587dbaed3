//! What a run costs, in tokens.
//!
//! *Unique* is every token that enters the model's context, once: the tools' names, descriptions
//! and input schemas, the instructions, the calls and their results. *Cumulative* is what the model
//! reads over all turns without a cache: each turn reads everything before it, and one more turn
//! reads it all and answers. *Cached* is the same where what was read before costs a tenth.
//! What the model writes, the names of tools and their arguments, is *output* and is also counted
//! apart, since it is the dearer kind.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::connection::Surface;
use crate::run::Transcript;
use crate::tokens::Tokenizer;

/// What a run costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// Names, descriptions and input schemas of the tools.
    pub tools: usize,
    /// The whole array of tools, with what else stands in it; not part of the sums.
    pub tools_full: usize,
    /// The instructions.
    pub instructions: usize,
    /// Names and arguments of the calls.
    pub output: usize,
    /// Texts of the results.
    pub results: usize,
    /// `structuredContent` of the results, which some clients read as well; not part of the sums.
    pub structured: usize,
    /// Every token once.
    pub unique: usize,
    /// Everything that is read over all turns.
    pub cumulative: usize,
    /// The same, where what was read before costs a tenth.
    pub cached: f64,
    /// Turns with calls.
    pub turns: usize,
    /// Calls of tools.
    pub calls: usize,
    /// Requests to the API.
    pub api_calls: usize,
}

impl Cost {
    /// Counts a run.
    #[must_use]
    pub fn of(transcript: &Transcript, api_calls: usize, tokenizer: &Tokenizer) -> Self {
        Self::on(SurfaceCost::of(&transcript.surface, tokenizer), transcript, api_calls, tokenizer)
    }

    /// Counts a run over a surface that has been counted.
    #[must_use]
    pub fn on(
        surface: SurfaceCost,
        transcript: &Transcript,
        api_calls: usize,
        tokenizer: &Tokenizer,
    ) -> Self {
        let mut cost = Self {
            tools: surface.tools,
            tools_full: surface.tools_full,
            instructions: surface.instructions,
            api_calls,
            turns: transcript.turns.len(),
            ..Self::default()
        };
        // What the next turn reads, and how much of it was read before.
        let mut context = cost.tools + cost.instructions;
        let mut seen = 0;
        let mut cached = 0.0;
        for turn in &transcript.turns {
            cost.cumulative += context;
            cached += reading(context, seen);
            seen = context;
            for exchange in turn {
                let call = tokenizer.count(&exchange.written());
                let texts = &exchange.answer.texts;
                let result: usize = texts.iter().map(|text| tokenizer.count(text)).sum();
                let structured = exchange.answer.structured.as_deref().unwrap_or_default();
                cost.calls += 1;
                cost.output += call;
                cost.results += result;
                cost.structured += tokenizer.count(structured);
                context += call + result;
            }
        }
        cost.unique = context;
        cost.cumulative += context;
        // A sum of tenths, written as such: other digits are not read back as they are written.
        cost.cached = ((cached + reading(context, seen)) * 10.0).round() / 10.0;
        cost
    }
}

/// What a surface costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurfaceCost {
    /// How many tools there are.
    pub n_tools: usize,
    /// Their names, descriptions and input schemas, as compact JSON.
    pub tools: usize,
    /// All that `tools/list` says of them, as compact JSON.
    pub tools_full: usize,
    /// The instructions.
    pub instructions: usize,
}

impl SurfaceCost {
    /// Counts a surface.
    #[must_use]
    pub fn of(surface: &Surface, tokenizer: &Tokenizer) -> Self {
        let core = |tool: &Value| {
            json!({
                "name": tool["name"],
                "description": tool["description"],
                "inputSchema": tool["inputSchema"],
            })
        };
        let tools: Vec<Value> = surface.tools.iter().map(core).collect();
        Self {
            n_tools: tools.len(),
            tools: tokenizer.count(&Value::Array(tools).to_string()),
            tools_full: tokenizer.count(&Value::Array(surface.tools.clone()).to_string()),
            instructions: tokenizer.count(&surface.instructions),
        }
    }
}

/// What it costs to read a context of which a part was read before.
#[expect(clippy::cast_precision_loss, reason = "contexts are far below 2^52 tokens")]
fn reading(context: usize, seen: usize) -> f64 {
    (context - seen) as f64 + seen as f64 * CACHE_READ
}

/// What a token costs that is read from the cache, to one that is not.
const CACHE_READ: f64 = 0.1;
