import { describe, expect, test } from 'vitest'
import type { StampTlv } from '../../../../src/facts/protocol.ts'
import { checkStampSizes, plainSize } from '../../../../src/jobs/stamp-send/sizes.ts'
import { failure, refused } from '../../../helpers/refused.ts'

interface Case {
  readonly isAuthenticated?: boolean
  readonly isLight?: boolean
  readonly tlvs?: readonly StampTlv[]
}

const sized = ({ isAuthenticated = false, isLight = false, tlvs = [] }: Case) => ({ isAuthenticated, isLight, tlvs })

// RFC 8762 figures 2 and 3; the lengths of RFC 8972 sections 4.3, 4.4, 4.5, 4.7 and 4.8, each with a header of 4 octets.
describe('a packet without padding has', () => {
  test.each<[Case, number]>([
    [{}, 44],
    [{ isAuthenticated: true }, 112],
    [{ isLight: true }, 44],
    [{ tlvs: ['timestamp'] }, 52],
    [{ tlvs: ['cos'] }, 52],
    [{ tlvs: ['direct'] }, 60],
    [{ tlvs: ['followup'] }, 64],
    [{ tlvs: ['cos', 'direct', 'followup', 'timestamp'] }, 44 + 8 + 16 + 20 + 8],
    [{ isAuthenticated: true, tlvs: ['cos'] }, 112 + 8 + 20],
  ])('%j: %i bytes', (plan, size) => {
    expect(plainSize(sized(plan))).toBe(size)
  })
})

describe('sizes that can be made', () => {
  test.each<[Case, readonly number[]]>([
    [{}, [44, 48, 49, 65_507]],
    [{ isAuthenticated: true }, [112, 116]],
    [{ isLight: true }, [14, 41, 43, 44, 45, 46, 47, 48]],
    [{ tlvs: ['direct'] }, [60, 64]],
  ])('%j: %j', (plan, sizes) => {
    expect(() => checkStampSizes(sizes, sized(plan))).not.toThrow()
  })
})

describe('sizes that cannot', () => {
  test.each<[Case, number, string]>([
    [{}, 43, '--size 43 is too small: a packet needs 44 (write --size 44, or add --twamp-light for sizes from 14)'],
    [{ isLight: true }, 13, '--size 13 is too small: a packet of TWAMP-Light needs 14 (write --size 14)'],
    [{ isAuthenticated: true }, 111, '--size 111 is too small: an authenticated packet needs 112 (write --size 112)'],
    [
      { tlvs: ['direct'] },
      59,
      '--size 59 is too small: a packet with direct needs 60 (write --size 60, or leave TLVs out)',
    ],
    [
      { isAuthenticated: true, tlvs: ['cos'] },
      139,
      '--size 139 is too small: an authenticated packet with cos needs 140 (write --size 140, or leave TLVs out)',
    ],
    ...[45, 46, 47].map(
      size =>
        [
          {},
          size,
          `--size ${size} cannot be made: padding needs a TLV header of 4 bytes (write --size 44 or --size 48, or add --twamp-light)`,
        ] as [Case, number, string],
    ),
    [
      { isAuthenticated: true },
      115,
      '--size 115 cannot be made: padding needs a TLV header of 4 bytes (write --size 112 or --size 116)',
    ],
    [
      { tlvs: ['direct'] },
      63,
      '--size 63 cannot be made: padding needs a TLV header of 4 bytes (write --size 60 or --size 64)',
    ],
  ])('%j: %i', (plan, size, message) => {
    expect(refused(() => checkStampSizes([1000, size], sized(plan)))).toBe(message)
    expect(failure(() => checkStampSizes([size], sized(plan))).option).toBe('size')
  })
})
