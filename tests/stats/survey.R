# Estimate every design of a table of units with R's survey package, and print totals and standard errors.
#   Rscript survey.R UNITS.csv
suppressMessages(library(survey))
units <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(design = "character", kind = "character"))

row <- function(design, name, estimate, error) {
  cat(design, name, sprintf("%.17g", estimate), sprintf("%.17g", error), sep = ",")
  cat("\n")
}
of <- function(design, name, found) row(design, name, as.numeric(coef(found)), as.numeric(SE(found)))

for (number in unique(units$design)) {
  d <- units[units$design == number, ]
  d$one <- 1
  plan <- switch(d$kind[1],
    simple = svydesign(id = ~1, fpc = ~n1, data = d),
    stratified = svydesign(id = ~1, strata = ~stratum, fpc = ~n1, data = d),
    clusters = svydesign(id = ~first, strata = ~stratum, fpc = ~n1, data = d, nest = TRUE),
    two_stage = svydesign(id = ~first + second, fpc = ~n1 + n2, data = d),
    three_stage = svydesign(id = ~first + second + third, fpc = ~n1 + n2 + n3, data = d),
    unequal = svydesign(id = ~1, fpc = ~chance, pps = "brewer", data = d)
  )
  of(number, "total", svytotal(~y, plan))
  limits <- confint(svytotal(~y, plan), level = 0.9) # normal limits
  row(number, "limits", limits[1], limits[2])
  limits <- confint(svytotal(~y, plan), level = 0.9, df = degf(plan)) # Student limits
  row(number, "t limits", limits[1], limits[2])
  of(number, "ratio", svyratio(~y, ~x, plan))
  of(number, "share", svyratio(~item, ~one, plan))
  if (d$kind[1] %in% c("simple", "stratified")) {
    of(number, "domain", svytotal(~y, subset(plan, domain == 1)))
  }
  if (d$kind[1] == "simple") {
    sizes <- unique(d[, c("post", "post_size")])
    names(sizes) <- c("post", "Freq")
    of(number, "post-stratified", svytotal(~y, postStratify(plan, ~post, sizes)))
  }
  if (d$kind[1] == "clusters") {
    for (name in unique(d$stratum)) {
      of(number, paste0("share ", name), svyratio(~item, ~one, subset(plan, stratum == name)))
    }
  }
}
