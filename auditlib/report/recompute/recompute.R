# Computes the figures of a workpaper again from the two CSV files that lie beside it. Plain R, no packages:
#   Rscript recompute.R
# NAME_units.csv has every unit looked at in the order drawn; NAME_rule.csv says how the figure is formed.
name <- "NAME"

own_file <- sub("^--file=", "", grep("^--file=", commandArgs(trailingOnly = FALSE), value = TRUE))
folder <- if (length(own_file) == 1) dirname(gsub("~+~", " ", own_file, fixed = TRUE)) else "."
read_table <- function(ending) {
  read.csv(file.path(folder, paste0(name, ending)), colClasses = "character", encoding = "UTF-8")
}
units <- read_table("_units.csv")
stated <- read_table("_rule.csv")
rule <- setNames(stated$value, stated$name)

paid <- as.numeric(units$paid)
audited <- as.numeric(units$audited)
# A missing record: all that was paid is in error, or the unit is left out, or it counts as the file has it.
is_missing <- units$record == "missing"
if (rule[["missing_record"]] == "error-in-full") audited[is_missing] <- 0
counts <- rep(TRUE, length(paid))
if (rule[["missing_record"]] == "excluded") counts <- !is_missing
paid <- paid[counts]
stratum <- units$stratum[counts]
stratum_count <- as.numeric(units$stratum_unit_count[counts])
difference <- paid - audited[counts]
# Underpayments are set off, left out, or added up with the overpayments.
if (rule[["netting"]] == "overpayments only") difference <- pmax(difference, 0)
if (rule[["netting"]] == "gross") difference <- abs(difference)

# The total of a value over the strata, and the variance of that total.
expand <- function(value) {
  total <- 0
  variance <- 0
  for (one in unique(stratum)) {
    of_stratum <- value[stratum == one]
    n <- length(of_stratum)
    N <- stratum_count[stratum == one][1]
    if (n < 2 && n < N) stop(paste("one unit of stratum", one, "shows no spread"))
    s <- if (n > 1) sd(of_stratum) else 0
    total <- total + N * mean(of_stratum)
    variance <- variance + N * (N - n) * s^2 / n
  }
  c(total, variance)
}

found <- sum(difference)
cat(sprintf("units %d\n", length(difference)))
cat(sprintf("found %.6f\n", found))
if (rule[["estimator"]] == "ratio") {
  base <- expand(paid)[1]
  point <- expand(difference)[1] / base
  error <- sqrt(expand(difference - point * paid)[2]) / base
} else {
  expanded <- expand(difference)
  point <- expanded[1]
  error <- sqrt(expanded[2])
}
level <- as.numeric(rule[["confidence"]])
sides <- rule[["sides"]]
share <- if (sides == "two-sided") (1 + level) / 2 else level
freedom <- length(difference) - length(unique(stratum))
critical <- if (rule[["limits"]] == "t" && error > 0) qt(share, freedom) else qnorm(share)
lower <- if (sides == "upper") -Inf else point - critical * error
upper <- if (sides == "lower") Inf else point + critical * error
cat(sprintf("point %.6f\n", point))
cat(sprintf("standard_error %.6f\n", error))
cat(sprintf("lower %.6f\n", lower))
cat(sprintf("upper %.6f\n", upper))
if (rule[["demand"]] == "none") {
  cat("demand none\n")
} else {
  # Never below 0 or below what the sample itself found, and never above what the universe was paid.
  demand <- max(0, if (rule[["demand"]] == "lower limit") lower else point, found)
  cap <- rule[["paid_in_universe"]]
  if (!is.na(cap) && nzchar(cap)) demand <- min(demand, as.numeric(cap))
  cat(sprintf("demand %.6f\n", demand))
}
