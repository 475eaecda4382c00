/* A label is four letters or more, at once, and ends with Enter. */

export const isScan = (typed) => typed.length > 8 && typed.endsWith("Enter");
