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
  {
    files: ["ui/components/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "TemplateElement[value.raw=/\\n/]", message: "The loader leaves out indentation: write \\n." },
      ],
    },
  },
  { files: ["tests/javascript/**/*.js"], languageOptions: { globals: globals.node } },
];
