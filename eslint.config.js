import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "node_modules/"] },
  js.configs.recommended,
  {
    rules: {
      "no-undef": "error",
      "no-unused-vars": "error",
      "max-len": ["error", { code: 120 }],
      "prefer-const": "error",
      eqeqeq: "error",
      "one-var": ["error", "never"],
    },
  },
  { files: ["ui/components/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/javascript/**/*.js"], languageOptions: { globals: globals.node } },
];
