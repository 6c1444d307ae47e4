import fc from 'fast-check'

/** Text that a user might type: anything, and often something close to a quantity, a list or a target. */
export const typedText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.double().map(String),
  fc
    .array(
      fc.constantFrom(
        ...'0123456789.-+,/:%[]<>=! '.split(''),
        'k',
        'Ki',
        'MiB',
        'ms',
        'µs',
        's',
        'm',
        'h',
        'bit',
        'pps',
        '..',
        '::',
        'rtt.p99',
        'loss',
        '\u001b',
      ),
      { maxLength: 12 },
    )
    .map(parts => parts.join('')),
)
