#include "tests/support/io_texts.h"

namespace assay::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two header columns more than data columns, as downloaded.
const std::string kBatch =
    "\"HITId\",\"WorkerId\",\"AssignmentStatus\",\"SubmitTime\",\"WorkTimeInSeconds\",\"Input.url\",\"Input.id\","
    "\"Answer.emotion.label\",\"Approve\",\"Reject\"\n"
    "\"H1\",\"W1\",\"Approved\",\"Sat Feb 22 05:53:21 PST 2020\",\"43\",\"u\",\"1\",\"Fear\"\n"
    "\"H1\",\"W2\",\"Rejected\",\"Sat Feb 22 05:53:22 PST 2020\",\"4\",\"u\",\"1\",\"Joy\"\n"
    "\"H2\",\"W2\",\"Submitted\",\"Sat Feb 22 05:53:23 PST 2020\",\"9\",\"u2\",\"2\",\"Joy\"\n";

TEST(MturkBatch, IsReadAsDownloadedWithoutRejectedRows) {
  const auto table = read(kBatch).table;
  EXPECT_EQ(table.reading.format, "mturk_batch");
  EXPECT_THAT(triples(table), ElementsAre("W1 H1 Fear", "W2 H2 Joy"));
  EXPECT_EQ(table.reading.rejected_count, 1U);
  EXPECT_EQ(table.labels.seconds()[0], 43.0F);
  EXPECT_EQ(table.labels.times()[0], 1582379601.0);
  EXPECT_EQ(read(kBatch, {{"include_rejected", "true"}}).table.labels.label_count(), 3U);
}

TEST(MturkBatch, TheOnlyInputIsTheItem) {
  const auto table = read("HITId,WorkerId,Input.url,Answer.x\nH1,W1,cat.jpg,a\nH2,W1,dog.jpg,b\n").table;
  EXPECT_THAT(triples(table), ElementsAre("W1 cat.jpg a", "W1 dog.jpg b"));
}

TEST(MturkBatch, NamesAllAnswersThatCouldBeMeant) {
  const std::string text = "HITId,WorkerId,Answer.comment,Answer.radio\nH1,W1,,a\n";
  EXPECT_THAT(fault(text),
              HasSubstr("several columns could be the label: Answer.comment, Answer.radio; --label-column"));
  EXPECT_THAT(triples(read(text, {{"label_column", "Answer.radio"}}).table), ElementsAre("W1 H1 a"));
}

TEST(MturkBatch, ReadsCrowdForms) {
  const std::string text =
      "HITId,WorkerId,Answer.taskAnswers\n"
      "H1,W1,\"[{\"\"emotion\"\":{\"\"label\"\":\"\"Joy\"\"},\"\"notes\"\":\"\"x\"\"}]\"\n"
      "H1,W2,\"[{\"\"emotion\"\":{\"\"Fear\"\":true,\"\"Joy\"\":false}}]\"\n";
  EXPECT_THAT(fault(text), HasSubstr("f:2:8: several answers could be the label: emotion, notes"));
  EXPECT_THAT(triples(read(text, {{"label_column", "emotion"}}).table), ElementsAre("W1 H1 Joy", "W2 H1 Fear"));
}

TEST(MturkBatch, TakesMarksOfRadioButtonsAndCheckboxes) {
  const std::string text =
      "HITId,WorkerId,Answer.cat.cat,Answer.dog.dog\nH1,W1,true,false\nH1,W2,false,true\nH2,W1,false,false\n";
  const auto table = read(text).table;
  EXPECT_THAT(triples(table), ElementsAre("W1 H1 cat", "W2 H1 dog"));
  EXPECT_EQ(table.reading.missing_count, 1U);
  const std::string with_note = "HITId,WorkerId,Answer.a.on,Answer.b.on,Answer.note\nH1,W1,TRUE,true,x\n";
  EXPECT_THAT(fault(with_note), HasSubstr("several columns could be the label: Answer.a.on, Answer.b.on, Answer.note"));
  const std::string grouped =
      "HITId,WorkerId,Answer.x.a,Answer.x.b,Answer.note\nH1,W1,true,true,n\nH2,W1,false,true,n\n";
  EXPECT_THAT(triples(read(grouped, {{"label_column", "Answer.x.*"}}).table), ElementsAre("W1 H1 a|b", "W1 H2 b"));
  EXPECT_THAT(fault(grouped, {{"label_column", "Answer.y.*"}}), HasSubstr("found no column \"Answer.y.*\""));
}

TEST(Toloka, ReadsInputsOutputsWorkersAndGolden) {
  const auto read_back = read(
      "INPUT:image\tOUTPUT:result\tGOLDEN:result\tASSIGNMENT:worker_id\tASSIGNMENT:status\n"
      "a.jpg\tcat\tdog\tt1\tAPPROVED\n"
      "b.jpg\tdog\t\tt1\tAPPROVED\n"
      "\n"
      "b.jpg\tcat\t\tt2\tREJECTED\n");
  EXPECT_EQ(read_back.table.reading.format, "toloka");
  EXPECT_THAT(triples(read_back.table), ElementsAre("t1 a.jpg cat", "t1 b.jpg dog"));
  EXPECT_EQ(read_back.table.reading.rejected_count, 1U);
  EXPECT_THAT(read_back.gold, ElementsAre(ClassIndex{1}, kNoClass));
}

TEST(LabelStudio, ReadsChoicesAnnotatorsAndGroundTruth) {
  const auto read_back = read(
      R"([{"id":1,"data":{"text":"x"},"annotations":[
            {"completed_by":3,"result":[{"from_name":"s","type":"choices","value":{"choices":["pos"]}}],"lead_time":2.5},
            {"completed_by":{"id":4,"email":"a@b.c"},"result":[{"from_name":"s","value":{"choices":["neg"]}}]},
            {"completed_by":5,"was_cancelled":true,"result":[]},
            {"completed_by":6,"ground_truth":true,"result":[{"from_name":"s","value":{"choices":["neg"]}}]}]},
          {"id":2,"annotations":[{"completed_by":3,"result":[{"from_name":"s","value":{"rating":4}}]}]}])");
  EXPECT_EQ(read_back.table.reading.format, "label_studio");
  EXPECT_THAT(triples(read_back.table), ElementsAre("3 1 pos", "a@b.c 1 neg", "3 2 4"));
  EXPECT_EQ(read_back.table.reading.missing_count, 1U);
  EXPECT_THAT(read_back.gold, ElementsAre(ClassIndex{1}, kNoClass));
}

TEST(LabelStudio, NamesTheFieldsThatCouldBeMeant) {
  const std::string text =
      R"([{"id":1,"annotations":[{"completed_by":3,"result":[{"from_name":"a","value":{"choices":["x"]}},
          {"from_name":"b","value":{"choices":["y"]}}]}]}])";
  EXPECT_THAT(fault(text), HasSubstr("several fields could be the label: a, b"));
  EXPECT_THAT(triples(read(text, {{"label_column", "b"}}).table), ElementsAre("3 1 y"));
  EXPECT_THAT(fault("[{\"id\":1,"), HasSubstr("found broken JSON"));
  EXPECT_THAT(fault("[]"), HasSubstr("empty list"));
}

TEST(LabelStudio, ReadsListsOfPlainRecords) {
  EXPECT_THAT(triples(read(R"([{"id":5,"annotator":1,"choice":"Cat"}])").table), ElementsAre("1 5 Cat"));
}

}  // namespace
}  // namespace assay::io::test
