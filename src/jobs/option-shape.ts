import { z } from 'zod'
import { valueKind, type OptionTable, type ValueKind } from '../options/option.ts'

/**
 * Schemas of the values of options in an input file, made from the option tables. Values are texts and numbers here, and the parsers of the options
 * read them.
 */
export const oneValue = z.union([z.string(), z.number()], { error: 'it is one text or number' })
export const textsShape = z.union([z.string(), z.array(z.string())], { error: 'it is a text, or a list of texts' })
const flagShape = z.boolean({ error: 'it is true or false' })
export const oneText = z.string({ error: 'it is a text' })
export const sizesShape = z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))], {
  error: 'it is a size, or a list of sizes',
})

const SHAPES: Readonly<Record<ValueKind, z.ZodType>> = {
  switch: flagShape,
  value: oneValue,
  text: oneText,
  either: z.union([z.boolean(), z.string()], { error: 'it is true, false or a text' }),
  port: z.union([z.boolean(), z.number(), z.string()], { error: 'it is true, false or a port' }),
  texts: textsShape,
  sizes: sizesShape,
}

/** The keys of the options of a table. */
export function optionShape(table: OptionTable): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => {
      const about = row.about.replace(' (repeatable)', '')
      const described = row.default === undefined ? about : `${about} (default ${row.default})`
      return [name, SHAPES[valueKind(row)].optional().describe(described)]
    }),
  )
}
