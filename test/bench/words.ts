/** Figures as the bench's tables and aims write them. */

export const share = (of: number): string => `${(of * 100).toFixed(2)} %`;
export const signed = (value: number): string => `${value < 0 ? "−" : "+"}${ms(Math.abs(value))}`;
export const ms = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(2)} ms`;
export const percent = (of: number): string => `${of < 0 ? "−" : "+"}${Math.abs(of * 100).toFixed(1)} %`;
