//! Text logs, line by line; of a filtered run only the lines that hold what is asked for.
