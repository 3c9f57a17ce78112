//! Many words looked for in one line at once.
//!
//! A word list is asked of every push line; looking for each of its words alone would read the line
//! a hundred times. Here the line is read once, and only words with the right first byte are compared.

/// Words by their first byte, each with what it stands for.
pub struct WordIndex<T> {
    by_first: Vec<Vec<(String, T)>>,
}

impl<T: Copy> WordIndex<T> {
    /// Over words in lower case; of words at the same place, those given first come first.
    pub fn new(words: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut by_first: Vec<Vec<(String, T)>> = std::iter::repeat_with(Vec::new).take(256).collect();
        for (word, what) in words {
            if let Some(bucket) = word.bytes().next().and_then(|b| by_first.get_mut(usize::from(b))) {
                bucket.push((word, what));
            }
        }
        WordIndex { by_first }
    }

    /// Every place where a word stands in a text in lower case, from left to right: where it begins,
    /// where it ends, and what it stands for.
    pub fn places(&self, text: &str) -> impl Iterator<Item = (usize, usize, T)> {
        text.bytes().enumerate().flat_map(move |(at, byte)| {
            let here = text.as_bytes().get(at..).unwrap_or_default();
            let bucket = self.by_first.get(usize::from(byte)).map_or(&[][..], Vec::as_slice);
            bucket
                .iter()
                .filter(|(word, _)| here.starts_with(word.as_bytes()))
                .map(move |(word, what)| (at, at + word.len(), *what))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_every_word_is_found() {
        let index =
            WordIndex::new([("fail".to_owned(), 1), ("failed".to_owned(), 2), ("失败".to_owned(), 3)]);
        let places: Vec<_> = index.places("a failed call 失败 fail").collect();
        assert_eq!(places, [(2, 6, 1), (2, 8, 2), (14, 20, 3), (21, 25, 1)]);
    }
}
