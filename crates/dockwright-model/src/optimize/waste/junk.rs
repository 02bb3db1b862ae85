//! w6: files of the context that no image needs, but that are copied into the image.

use std::collections::BTreeMap;

use super::LayerSizesBuilder;
use crate::optimize::bytes::Bytes;
use crate::optimize::context::{ContextFiles, find_junk};
use crate::optimize::graph::StageGraph;
use crate::optimize::model::WasteCause;
use crate::syntax::Kind;

impl LayerSizesBuilder<'_, '_> {
    pub(super) fn count_unneeded_files(&mut self, files: &ContextFiles, graph: &StageGraph) {
        let steps = self.drafts.steps.iter().enumerate();
        let copies = steps.filter(|(_, draft)| {
            matches!(draft.instruction.kind, Kind::Copy | Kind::Add) && graph.is_stage_in_image(draft.stage)
        });
        let mut counted = vec![false; files.all.len()];
        // Files that are deleted or overwritten later are already counted as wasted space.
        let gone = self.entries.iter().filter(|entry| entry.bytes.is_none());
        for index in gone.filter_map(|entry| entry.file) {
            if let Some(counted) =
                counted.get_mut(index).filter(|_| files.all.get(index).is_some_and(|file| file.bytes > 0))
            {
                *counted = true;
            }
        }
        for (id, draft) in copies {
            let mut found: BTreeMap<&str, u64> = BTreeMap::new();
            for (file, counted) in files.all.iter().zip(&mut counted) {
                let taken = || {
                    draft
                        .key
                        .reads
                        .iter()
                        .any(|read| read.known && read.path_prefix_named_by_source(&file.path).is_some())
                };
                let Some((path, _)) = find_junk(&file.path).filter(|_| !*counted) else { continue };
                if taken() {
                    *counted = true;
                    *found.entry(path).or_default() += file.bytes;
                }
            }
            if found.is_empty() {
                continue;
            }
            let bytes = Bytes::known(found.values().sum());
            let mut what: Vec<(&str, u64)> = found.into_iter().collect();
            what.sort_by_key(|(path, bytes)| (std::cmp::Reverse(*bytes), *path));
            let what = what.into_iter().take(20).map(|(path, _)| path.to_string()).collect();
            self.record_waste(WasteCause::Junk, id, vec![id], bytes, what, true, 5.0);
        }
    }
}
