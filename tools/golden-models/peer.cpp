// Prints the logits of given tokens with llama.cpp, for compare.py:  peer MODEL CONTEXT TOKENS OUT
// Keys, values and sums in single precision, one thread, no repacked weights: the plainest arithmetic that it offers.
#include "llama.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

int main(int argc, char ** argv) {
    if (argc != 5) {
        return 1;
    }
    llama_log_set([](ggml_log_level level, const char * text, void *) {
        if (level >= GGML_LOG_LEVEL_ERROR) {
            fputs(text, stderr);
        }
    }, nullptr);
    llama_backend_init();
    auto model_params = llama_model_default_params();
    model_params.n_gpu_layers = 0;
    model_params.use_extra_bufts = false;
    llama_model * model = llama_model_load_from_file(argv[1], model_params);
    if (!model) {
        return 2;
    }
    std::vector<llama_token> tokens;
    std::ifstream listing(argv[3]);
    for (int token; listing >> token;) {
        tokens.push_back(token);
    }
    auto params = llama_context_default_params();
    params.n_ctx = atoi(argv[2]);
    params.n_batch = params.n_ubatch = 512;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = params.type_v = GGML_TYPE_F32;
    llama_context * context = llama_init_from_model(model, params);
    if (!context) {
        return 3;
    }
    llama_batch batch = llama_batch_init((int) tokens.size(), 0, 1);
    batch.n_tokens = (int) tokens.size();
    for (int i = 0; i < batch.n_tokens; i++) {
        batch.token[i] = tokens[i];
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = 1;
    }
    if (llama_decode(context, batch)) {
        return 4;
    }
    FILE * out = fopen(argv[4], "wb");
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    for (int i = 0; i < batch.n_tokens; i++) {
        fwrite(llama_get_logits_ith(context, i), sizeof(float), vocabulary, out);
    }
    return fclose(out);
}
