#pragma once

#include "assay/io/csv_reader.h"
#include "assay/io/label_collector.h"
#include "assay/io/text_blocks.h"

namespace assay::io {

/// Reads a JSON list into the collector: a Label Studio export (tasks with annotations), or plain records of fields.
///
/// Of Label Studio's tasks: the item is the task's id (or the field of its data that --item-column names), the worker
/// the annotator's e-mail or id, the label what he chose: choices, rating, number, taxonomy or the side of a pair;
/// several at once are joined by "|". Cancelled and empty annotations count as missing. An annotation marked as ground
/// truth is gold, not a label. When annotations have several fields, --label-column names the one.
void read_json_document(TextBlocks& text, const ReadingOptions& options, LabelCollector& to,
                        const BlockDone& block_done);

}  // namespace assay::io
