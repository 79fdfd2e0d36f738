# Makes features of simulated web pages from their true classes:
#   awk -f features.awk truth.csv >features.csv
# A page has ten words: four or so lean to its class, the rest any page could have. Beside them the number of images, which
# grows with the class, and where it is hosted. Its own generator of random numbers, so that every awk gives the same.
function draw() { state = (state * 1103 + 12345) % 2147483; return state / 2147483 }
function pick(words, count) { return words[1 + int(draw() * count)] }
BEGIN {
  FS = OFS = ","
  state = 2010
  common = split("home about news photos contact archive team shop music video help search login forum blog", any, " ")
  lean["G"] = split("school garden recipe science family museum", g, " ")
  lean["P"] = split("war dating beer movie slang gossip", p, " ")
  lean["R"] = split("gambling horror blood nude vodka weapons", r, " ")
  lean["X"] = split("xxx hardcore webcam escort fetish adult", x, " ")
  hosts = split("com org edu net info", host, " ")
}
NR == 1 { print "item", "text", "images", "host"; next }
{
  text = ""
  for (i = 0; i < 10; ++i) {
    word = pick(any, common)
    if (draw() < 0.25) {
      if ($2 == "G") word = pick(g, lean["G"])
      if ($2 == "P") word = pick(p, lean["P"])
      if ($2 == "R") word = pick(r, lean["R"])
      if ($2 == "X") word = pick(x, lean["X"])
    } else if (draw() < 0.1) {
      other = draw()
      word = other < 0.4 ? pick(g, lean["G"]) : other < 0.6 ? pick(p, lean["P"]) : other < 0.8 ? pick(r, lean["R"]) : pick(x, lean["X"])
    }
    text = text (i ? " " : "") word
  }
  images = int(draw() * 12) + ($2 == "X" ? 12 : $2 == "R" ? 6 : $2 == "P" ? 3 : 0)
  print $1, text, images, ($2 == "G" && draw() < 0.3) ? "edu" : pick(host, hosts)
}
