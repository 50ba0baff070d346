package xlsx

import "hash/crc32"

// joinCRC is the CRC-32 (IEEE) of two pieces put together, from the CRC of each
// and the length of the second. A CRC is a remainder modulo a polynomial, so the
// first piece's is moved on by 8·n powers of x and the second's added.
func joinCRC(first, second uint32, n int64) uint32 {
	return mulMod(powerOfX(uint64(n)*8), first) ^ second
}

// mulMod multiplies two polynomials modulo the CRC's, lowest power in the highest bit.
func mulMod(a, b uint32) uint32 {
	var p uint32
	for m := uint32(1) << 31; m != 0; m >>= 1 {
		if a&m != 0 {
			p ^= b
		}
		if b&1 != 0 {
			b = b>>1 ^ crc32.IEEE
		} else {
			b >>= 1
		}
	}
	return p
}

// powerOfX is x to the n, modulo the CRC's polynomial.
func powerOfX(n uint64) uint32 {
	p := uint32(1) << 31 // one
	square := uint32(1) << 30
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			p = mulMod(square, p)
		}
		square = mulMod(square, square)
	}
	return p
}
