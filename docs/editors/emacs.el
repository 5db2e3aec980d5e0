;;; orchestrate.el --- Orchestrate plans in Emacs -*- lexical-binding: t -*-

;; For Emacs 29 or newer, or Emacs 27 and 28 with the package eglot (on Debian: elpa-eglot).
;; Put `orchestrate' on the PATH, load this file from your init file, and open a *.plan.yaml file:
;;   (load "/path/to/docs/editors/emacs.el")
;; M-x orchestrate-plan asks for a goal, writes a plan for it and opens it.
;; Another command, for example that of a virtual environment:
;;   (setq orchestrate-command '("/path/to/venv/bin/orchestrate" "lsp"))

(require 'eglot)

(defvar orchestrate-command '("orchestrate" "lsp")
  "How the language server is started.")

(define-derived-mode orchestrate-plan-mode conf-colon-mode "Plan"
  "Plans as YAML. A YAML mode of your own, if there is one, serves as well: see `eglot-server-programs'."
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 2)
  (setq-local comment-start "# "))

(put 'orchestrate-plan-mode 'eglot-language-id "orchestrate-plan")
(add-to-list 'auto-mode-alist '("\\.plan\\.ya?ml\\'" . orchestrate-plan-mode))
(add-to-list 'magic-mode-alist '("\\(?:.*\n\\)?# orchestrate: plan" . orchestrate-plan-mode))
(add-to-list 'eglot-server-programs
             '(orchestrate-plan-mode . (lambda (_interactive) orchestrate-command)))
(add-hook 'orchestrate-plan-mode-hook #'eglot-ensure)

(defun orchestrate-plan (goal)
  "Write a plan for GOAL and open it. Needs a plan that is open, for its server."
  (interactive "sGoal: ")
  (let* ((server (or (eglot-current-server) (user-error "Open a plan first: its server writes the new one")))
         (reply (jsonrpc-request server :workspace/executeCommand
                                 `(:command "orchestrate.plan" :arguments [,goal]) :timeout 30))
         (path-of (if (fboundp 'eglot-uri-to-path) 'eglot-uri-to-path 'eglot--uri-to-path)))
    (find-file (funcall path-of (plist-get reply :uri)))))

(provide 'orchestrate)
;;; emacs.el ends here
