#include "assay/io/read_labels.h"

#include <cmath>

#include "tests/support/io_texts.h"

namespace assay::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadLabels, TakesColumnsInAnyOrderByManyNames) {
  for (const std::string header : {"item,label,worker", "Task ID,Answer,Performer", "object,response,WorkerId",
                                   "question,category,annotator_id"}) {
    const auto table = read(header + "\ni1,yes,w1\ni1,no,w2\n").table;
    EXPECT_THAT(triples(table), ElementsAre("w1 i1 yes", "w2 i1 no")) << header;
  }
}

TEST(ReadLabels, NamedColumnsOverrideSynonyms) {
  const auto table = read("worker,item,label,final label,who\nw,i,x,y,v\n",
                          {{"label_column", "final_label"}, {"worker_column", "who"}})
                         .table;
  EXPECT_THAT(triples(table), ElementsAre("v i y"));
}

TEST(ReadLabels, AcceptsMarksReturnsQuotesAndMissingLineEnd) {
  const auto table = read("\xef\xbb\xbfworker,item,label\r\nw1,\"a \"\"b\"\",\nc\",yes\r\n\r\nw2,  d ,no").table;
  EXPECT_THAT(triples(table), ElementsAre("w1 a \"b\",\nc yes", "w2 d no"));
}

TEST(ReadLabels, AcceptsExtraAndLackingColumnsNobodyNeeds) {
  const auto table = read("worker,item,label,a,b\nw1,i1,x\nw2,i1,y,1,2,3,4\n,,\n").table;
  EXPECT_THAT(triples(table), ElementsAre("w1 i1 x", "w2 i1 y"));
  EXPECT_EQ(table.reading.row_count, 2U);
}

TEST(ReadLabels, TellsDelimitersApart) {
  for (const char delimiter : {',', '\t', ';', '|'}) {
    std::string text = "worker,item,label\nw1,i1,x\nw2,i1,y\n";
    for (char& c : text) c = c == ',' ? delimiter : c;
    EXPECT_THAT(triples(read(text).table), ElementsAre("w1 i1 x", "w2 i1 y"));
  }
}

TEST(ReadLabels, ReadsGetAnotherLabelFilesWithoutHeader) {
  const auto table = read("worker1\thttp://a,b\tporn\nworker2\thttp://a,b\tnotporn\n").table;
  EXPECT_THAT(triples(table), ElementsAre("worker1 http://a,b porn", "worker2 http://a,b notporn"));
  EXPECT_EQ(table.reading.format, "get_another_label");
}

TEST(ReadLabels, SortsClassesAsNumbersWhenAllAre) {
  EXPECT_THAT(read("worker,item,label\na,b,10\na,b,9\na,b,-1.5\n").table.classes.names(),
              ElementsAre("-1.5", "9", "10"));
  EXPECT_THAT(read("worker,item,label\na,b,10\na,b,9\na,b,x\n").table.classes.names(), ElementsAre("10", "9", "x"));
  EXPECT_THAT(read("worker,item,label\na,b,no\n", {{"classes", "yes,no"}}).table.classes.names(),
              ElementsAre("yes", "no"));
}

TEST(ReadLabels, LeavesOutAndCountsMissingLabels) {
  const auto table =
      read("worker,item,label\nw1,i1,\nw1,i2,don't know\nw2,i2,x\nw3,i2,y\n", {{"missing", "don't know,?"}}).table;
  EXPECT_THAT(triples(table), ElementsAre("w2 i2 x", "w3 i2 y"));
  EXPECT_EQ(table.reading.missing_count, 2U);
}

TEST(ReadLabels, CountsRepeatsAndDoesAsTold) {
  const std::string text = "worker,item,label\nw,i,x\nw,i,y\nw,i,x\n";
  const auto all = read(text).table;
  EXPECT_EQ(all.labels.label_count(), 3U);
  EXPECT_EQ(all.reading.repeated_count, 2U);
  EXPECT_EQ(all.reading.contradicting_count, 1U);
  EXPECT_THAT(triples(read(text, {{"duplicates", "last"}}).table), ElementsAre("w i x"));
  EXPECT_THAT(fault(text, {{"duplicates", "error"}}),
              HasSubstr("f:3:1: the worker \"w\" labels the item \"i\" more than once"));
}

TEST(ReadLabels, ReadsWeightsTimesAndSeconds) {
  const auto table = read(
                         "worker,item,label,weight,time,work_time\nw1,i,x,0.5,2018-04-07T00:00:10Z,12\nw2,i,y,,Wed Apr "
                         "14 20:01:15 GMT 2010,\n")
                         .table;
  EXPECT_EQ(table.labels.weights()[0], 0.5F);
  EXPECT_EQ(table.labels.weights()[1], 1.0F);
  EXPECT_EQ(table.labels.times()[0], 1523059210.0);
  EXPECT_EQ(table.labels.times()[1], 1271275275.0);
  EXPECT_EQ(table.labels.seconds()[0], 12.0F);
  EXPECT_TRUE(std::isnan(table.labels.seconds()[1]));
}

TEST(ReadLabels, ReadsJsonLines) {
  const auto table = read(
                         "{\"worker\":\"w\\u00e9\",\"item\":7,\"label\":true,\"x\":{\"y\":[1]}}\n\n{\"label\":null,"
                         "\"worker\":1,\"item\":7}")
                         .table;
  EXPECT_THAT(triples(table), ElementsAre("w\xc3\xa9 7 true"));
  EXPECT_EQ(table.reading.missing_count, 1U);
}

TEST(ReadLabels, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(fault("worker,item,label\nw1,i1,x\nw2,i2\n"), "f:3:1: found 2 fields, the column \"label\" is number 3");
  EXPECT_EQ(fault("worker,item,label\nw1,i1,x\n,i2,x\n"),
            "f:3:1: the worker is empty, a name is needed in the column \"worker\"");
  EXPECT_THAT(fault("worker,item,label\nw1,i1,x\nw\xff,i2,y\n"),
              HasSubstr("f:3:2: found the byte 0xff, which is not UTF-8"));
  EXPECT_THAT(fault("worker,item,label\nw1,i1,\"x\nw2,i2,y\n"), HasSubstr("f:2:7: a quoted field begins here"));
  EXPECT_EQ(fault(""), "f: the file is empty, at least one row is needed");
  EXPECT_THAT(fault("worker,item,label\n"), HasSubstr("found no label among 0 rows"));
  EXPECT_THAT(fault("worker,itm,label\nw,i,x\n"),
              HasSubstr("found no column for the item among worker, itm, label (did you mean itm?)"));
  EXPECT_THAT(fault("a,b,c\n1,2,3\n"), HasSubstr("--worker-column NAME"));
  EXPECT_THAT(fault("worker,item,label\nw,i,x\n", {{"label_column", "lable"}}), HasSubstr("did you mean label?"));
  EXPECT_THAT(fault("worker,item,label\nw,i,x\nw,i,yse\n", {{"classes", "yes,x"}}),
              HasSubstr("f:3:5: found the unknown class \"yse\" (did you mean yes?), allowed are yes, x"));
  EXPECT_THAT(fault("worker,item,label,weight\nw,i,x,-1\n"),
              HasSubstr("f:2:7: found the weight \"-1\", allowed is a number above 0"));
  EXPECT_THAT(fault("\xff\xfe"
                    "a"),
              HasSubstr("UTF-16"));
  EXPECT_THAT(fault("{\"worker\":1,\"item\":2,\"label\":3}\n{\"worker\":1,\n"),
              HasSubstr("f:2:1: found no JSON object"));
  EXPECT_THAT(fault("{\"worker\":1,\"item\":2,\"label\":3}\n{\"worker\":1}\n"),
              HasSubstr("f:2: the field \"item\" is not there"));
}

TEST(ReadLabels, StopsAtTooManyClasses) {
  std::string text = "worker,item,label\n";
  for (int i = 0; i < 12; ++i) text += "w,i,text" + std::to_string(i) + "\n";
  EXPECT_THAT(fault(text, {{"max_classes", "10"}}),
              HasSubstr("f:12:5: found more than 10 different labels; is this the right column?"));
  EXPECT_EQ(fault(text), "");
}

TEST(ReadLabels, StopsAtAnEndlessRow) {
  const std::string text = "worker,item,label\nw,i,\"" + std::string(3'000'000, 'x');
  EXPECT_THAT(fault(text, {{"max_row_bytes", "1024"}}), HasSubstr("f:2: one row is longer than 1024 bytes"));
}

TEST(ReadLabels, ReadsRowsAcrossBlocks) {
  std::string text = "worker,item,label\n";
  std::vector<std::string> expected;
  for (int i = 0; i < 40000; ++i) {
    const std::string item = "item" + std::to_string(i);
    text += "w" + std::to_string(i % 7) + ",\"" + item + "\",c" + std::to_string(i % 3) + "\r\n";
    expected.push_back("w" + std::to_string(i % 7) + " " + item + " c" + std::to_string(i % 3));
  }
  EXPECT_EQ(triples(read(text).table), expected);
}

}  // namespace
}  // namespace assay::io::test
