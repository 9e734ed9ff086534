/** The types a key can hold. A type keeps its encodings to itself and is tested without a server. */
package dev.miniredis.value;
