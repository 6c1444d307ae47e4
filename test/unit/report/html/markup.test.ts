import fc from 'fast-check'
import { expect, test } from 'vitest'
import { element, escaped, fragment, raw } from '../../../../src/report/html/markup.ts'

test('text and attributes are escaped, markup is inserted unchanged, undefined is left out', () => {
  const inner = element('b', { title: `"'<` }, '<i>&', undefined, 7)
  expect(element('p', { id: 'x', hidden: true, class: undefined, open: false }, inner, [raw('<br>'), 'a']).text).toBe(
    '<p id="x" hidden><b title="&quot;&#39;&lt;">&lt;i&gt;&amp;7</b><br>a</p>',
  )
  expect(element('meta', { charset: 'utf-8' }).text).toBe('<meta charset="utf-8">')
  expect(fragment('a', element('i', {})).text).toBe('a<i></i>')
})

test('any text is escaped completely, and reads back unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const safe = escaped(text)
      expect(safe).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/u)
      const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
      const read = safe.replaceAll(
        /&(?:lt|gt|quot|#39|amp);/gu,
        entity => Object.entries(entities).find(([name]) => name === entity)?.[1] ?? '',
      )
      expect(read).toBe(text)
    }),
  )
})
