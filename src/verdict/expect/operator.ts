/** How a number is compared with a limit. */
export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

export const OPERATORS: readonly Operator[] = ['<', '<=', '>', '>=', '==', '!=']

export function isOperator(text: string): text is Operator {
  return OPERATORS.some(operator => operator === text)
}
